"""What dearer minerals do to an industry's cost, price and sales against rivals who face prices of their own. Arrays in, arrays out."""
