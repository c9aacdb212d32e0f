"""Tests of phenomena.missing."""
