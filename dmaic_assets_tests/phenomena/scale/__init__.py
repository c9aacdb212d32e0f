"""Tests of phenomena.scale."""
