"""Measures of a map while it works: ticks, limits, and the forms in which both are handed on.

What belongs here: one producer of ticks, and the file and the text that are made of each.
"""
