"""Who gains and who loses: the surplus of a plan by region and owner, and the same total from benefit and resource cost."""
