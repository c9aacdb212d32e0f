"""Tests of sixsigma.tests."""
