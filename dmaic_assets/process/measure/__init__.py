"""Measure: defects, yields, sigma, and how good the checker itself is."""
