"""The market model in Pyomo: one module per equation family, assembled in :mod:`kanmon.formulation.model`."""
