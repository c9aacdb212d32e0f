"""Tests of the analysis temporal."""
