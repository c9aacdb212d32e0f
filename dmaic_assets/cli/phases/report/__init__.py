"""`dmaic report ...`: one source, one file, the fleet, and this week against the last."""
