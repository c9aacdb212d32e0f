"""Tests of reports.monitor."""
