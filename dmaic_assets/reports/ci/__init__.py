"""Verdicts in the forms that systems of continuous integration read."""
