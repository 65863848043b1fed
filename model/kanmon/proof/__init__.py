"""Known equilibria: published, or worked out by hand, and run as a user runs a scenario."""
