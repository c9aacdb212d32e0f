"""Tests of phenomena.derived."""
