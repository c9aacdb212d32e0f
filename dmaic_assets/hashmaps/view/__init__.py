"""What there is to see of a map and of a workload: places, ways, moves, measures, as plain values.

What belongs here: values to draw and lines of text. Pages are drawn by whoever has templates.
"""
