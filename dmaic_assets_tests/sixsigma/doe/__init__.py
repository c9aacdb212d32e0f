"""Tests of dmaic_assets.sixsigma.doe."""
