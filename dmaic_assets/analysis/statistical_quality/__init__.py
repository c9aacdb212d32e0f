"""Digits, outliers, heaping, and whether files resemble each other."""
