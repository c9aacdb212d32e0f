"""Designed experiments: planned, filled in, analysed."""
