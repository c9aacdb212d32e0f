"""Relationships: keys of tables, and which columns hold keys of other tables."""
