"""Workbooks of results: one sheet a table."""
