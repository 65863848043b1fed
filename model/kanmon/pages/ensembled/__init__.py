"""Sections of the page of an ensemble, and what a run's report says of one."""
