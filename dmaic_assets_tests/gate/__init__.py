"""Tests of dmaic_assets.gate."""
