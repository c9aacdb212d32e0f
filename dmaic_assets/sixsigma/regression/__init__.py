"""Fits of one column by others."""
