"""Tests of reports.source."""
