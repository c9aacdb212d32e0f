"""Tests of process.analyze."""
