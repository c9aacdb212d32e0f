"""Columns that come, go, move or change their type."""
