"""Tests of phenomena."""
