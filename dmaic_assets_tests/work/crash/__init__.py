"""Processes killed in the middle of their work, and what is left of it afterwards."""
