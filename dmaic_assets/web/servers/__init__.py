"""The processes of `dmaic serve` and `dmaic dev`: started, watched and stopped together."""
