"""Sections of the page that compares plans."""
