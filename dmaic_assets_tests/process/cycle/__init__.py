"""Tests of process.cycle."""
