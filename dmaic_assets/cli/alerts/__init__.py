"""Alerts: what was told to whom, and whether channels work."""
