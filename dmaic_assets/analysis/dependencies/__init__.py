"""Exact functional dependencies and candidate keys of one table."""
