"""Improve: which piloted repairs a source takes up, and what only people can change."""
