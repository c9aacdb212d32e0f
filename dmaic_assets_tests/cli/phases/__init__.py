"""Tests of cli.phases."""
