"""Tests of jobs with real commands."""
