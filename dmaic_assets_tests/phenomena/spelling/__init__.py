"""Tests of phenomena.spelling."""
