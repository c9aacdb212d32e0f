"""Tests of phenomena.spread."""
