"""Tests of the analysis entropy."""
