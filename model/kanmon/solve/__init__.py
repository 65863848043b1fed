"""Solve one window: the Pyomo model read once as a matrix, quadratic programs in HiGHS, Newton on the prices."""
