"""Tests of phenomena.columns."""
