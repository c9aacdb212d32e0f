"""Tests of sixsigma.regression."""
