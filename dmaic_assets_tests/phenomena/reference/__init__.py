"""Tests of phenomena.reference."""
