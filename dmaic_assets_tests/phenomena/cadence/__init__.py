"""Tests of phenomena.cadence."""
