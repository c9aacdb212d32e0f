"""Tests of phenomena.order."""
