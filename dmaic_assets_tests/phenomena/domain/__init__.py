"""Tests of phenomena.domain."""
