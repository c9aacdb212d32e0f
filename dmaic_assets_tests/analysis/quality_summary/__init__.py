"""Tests of the analysis quality_summary."""
