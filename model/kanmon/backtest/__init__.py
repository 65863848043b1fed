"""Back-tests: episodes of the past run as a user runs a scenario, from data of the time before them, and compared with what was observed."""
