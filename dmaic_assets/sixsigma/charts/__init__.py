"""Control charts: limits, points, runs rules, phases."""
