"""Columns that are computed from others."""
