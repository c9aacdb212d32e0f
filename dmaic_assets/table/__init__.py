"""Bytes to typed columns and facts: reading, notations, column types and profiles."""
