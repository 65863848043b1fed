"""The best mix of levers under a budget, for one region as leader of a market that follows."""
