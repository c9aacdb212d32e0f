"""Exact facts of columns and tables."""
