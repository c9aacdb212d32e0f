"""Columns that determine others."""
