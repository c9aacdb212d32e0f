"""Tests of phenomena.contract."""
