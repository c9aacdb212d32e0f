"""Reference cases against our statistics: one module per group of cases, one scorecard."""
