"""Data in: the folder of CSV tables, validated and with every figure's source."""
