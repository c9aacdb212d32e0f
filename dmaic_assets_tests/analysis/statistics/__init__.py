"""Tests of the analysis statistics."""
