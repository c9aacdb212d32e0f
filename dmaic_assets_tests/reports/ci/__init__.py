"""Reports for continuous integration."""
