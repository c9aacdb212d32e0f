"""Tests of phenomena.shape."""
