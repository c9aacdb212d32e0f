"""Analyses of accepted rows: known ones are taken, others made and remembered."""
