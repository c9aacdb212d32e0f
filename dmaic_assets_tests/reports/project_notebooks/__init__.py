"""Tests of reports.project_notebooks."""
