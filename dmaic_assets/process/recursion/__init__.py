"""Runs chained by their parent until nothing is gained any more."""
