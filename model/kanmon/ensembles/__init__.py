"""Many runs of one question over what its data leave open: draws, runs, percentiles, what decides the answer."""
