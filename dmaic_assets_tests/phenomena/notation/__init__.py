"""Tests of phenomena.notation."""
