"""Tests of dmaic_assets.sixsigma.conformance."""
