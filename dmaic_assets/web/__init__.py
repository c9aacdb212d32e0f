"""Serves the project to its owner's browser, and to nobody else."""
