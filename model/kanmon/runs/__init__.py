"""One scenario from question to certified tables, and the folder that keeps them."""
