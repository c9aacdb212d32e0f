"""Tests of the analysis statistical_quality."""
