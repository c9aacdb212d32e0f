"""Tests of reports.page."""
