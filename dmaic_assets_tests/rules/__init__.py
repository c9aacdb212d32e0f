"""Tests of dmaic_assets.rules."""
