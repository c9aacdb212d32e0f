"""Values that stand in another column than their own."""
