"""Tests of sixsigma.charts."""
