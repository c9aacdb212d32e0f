"""The view of one source and of one of its files."""
