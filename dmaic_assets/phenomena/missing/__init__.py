"""Values that are missing, and where they may be."""
