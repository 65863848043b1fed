"""Mitigation plans: levers that a government may pull beforehand, what they cost, and what they are worth in futures that it must reckon with."""
