"""Tests of analysis.correlations."""
