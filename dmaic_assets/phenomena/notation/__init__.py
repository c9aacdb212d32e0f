"""Numbers and dates that are written otherwise than their column is."""
