"""What idled output and dearer inputs do to an economy: input-output relations, and who goes without when there is not enough."""
