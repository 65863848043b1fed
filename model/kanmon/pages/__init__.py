"""Pages from tables: what a run says, as one HTML file that opens with the network off."""
