"""Checks, filters and metrics that people declare, worked on accepted rows."""
