"""Tests of sixsigma.defects."""
