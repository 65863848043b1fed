"""What an analyst asks of a solution: prices, suppliers, use met and unmet, cover, wedges. Tables in, tables out."""
