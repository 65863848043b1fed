"""The sections of a run's page: each a function from the subject to what its template shows."""
