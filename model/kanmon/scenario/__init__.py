"""One question as a TOML file, and the pure function that applies it to the calibrated world."""
