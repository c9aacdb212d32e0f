"""The page of a source, and the report of one of its files."""
