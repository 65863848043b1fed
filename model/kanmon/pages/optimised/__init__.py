"""Sections of the page of the optimiser's answers."""
