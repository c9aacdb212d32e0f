"""Benchmarks of single analyses."""
