"""Pages from tables."""
