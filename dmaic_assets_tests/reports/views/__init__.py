"""Tests of reports.views."""
