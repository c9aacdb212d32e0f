"""Tests of sixsigma.exact."""
