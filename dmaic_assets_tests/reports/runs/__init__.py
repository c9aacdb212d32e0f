"""Tests of reports.runs."""
