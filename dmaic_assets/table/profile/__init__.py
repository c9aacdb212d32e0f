"""Exact facts of columns and rows, before any judgement."""
