"""The certificate: the equilibrium conditions of the true, nonlinear problem, tested on the output tables alone."""
