"""Limits of the evidence by rate (rows) and points of the baseline (columns).

`python -m benchmarks.alarm_limit_table --write` made it; `alarm_calibration` says how.
"""

# Points of the baseline: the table's columns.
POINTS = (12.0, 16.0, 20.0, 25.0, 32.0, 42.0, 60.0, 90.0)
# False alarms per point: the table's rows.
RATES = (0.05, 0.01, 0.001, 0.0001)
# Limits as normal quantiles for independent series, simulated.
LEVELS = (
    (1.442, 1.739, 1.752, 1.824, 1.797, 1.824, 1.786, 1.685),
    (1.950, 2.208, 2.236, 2.300, 2.358, 2.397, 2.454, 2.370),
    (3.137, 2.810, 2.913, 2.952, 3.003, 3.045, 3.087, 3.128),
    (3.440, 3.434, 3.654, 3.593, 3.583, 3.675, 3.692, 3.747),
)
# What the limit gains per unit of correlation, simulated.
SLOPES = (
    (3.000, 1.421, 1.332, 0.374, 0.380, 0.092, 0.061, 0.098),
    (3.000, 3.000, 2.123, 0.980, 0.477, 0.152, 0.000, 0.000),
    (0.236, 2.932, 2.895, 1.124, 0.574, 0.248, 0.000, 0.000),
    (3.000, 3.000, 3.000, 2.356, 0.701, 0.096, 0.053, 0.000),
)
