"""Defects, yields, sampling plans and failures over time."""
