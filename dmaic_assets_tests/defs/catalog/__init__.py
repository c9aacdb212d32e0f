"""Tests of what Dagster's catalog is told."""
