"""Analyze: where the defects are, and what they go with."""
