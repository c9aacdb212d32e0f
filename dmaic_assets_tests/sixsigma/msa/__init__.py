"""Tests of dmaic_assets.sixsigma.msa."""
