"""Tests of dmaic_assets_tests.conformance."""
