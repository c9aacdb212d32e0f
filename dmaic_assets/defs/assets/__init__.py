"""The assets, their specs and partitions."""
