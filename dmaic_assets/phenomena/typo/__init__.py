"""Values that are known ones but for a slip."""
