"""Tests of phenomena.range."""
