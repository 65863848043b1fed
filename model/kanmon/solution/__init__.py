"""Solutions as tidy tables: what everything downstream reads, and what the certificate is computed from."""
