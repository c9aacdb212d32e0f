"""Tests of reports.fleet."""
