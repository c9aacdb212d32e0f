"""Columns that hold keys of another source."""
