"""Tests of reports.dmaic."""
