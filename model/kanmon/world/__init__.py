"""The base-year economy: sourced rows become a balanced, calibrated world."""
