"""Tests of process.measure."""
