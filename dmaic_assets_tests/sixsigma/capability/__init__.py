"""Tests of sixsigma.capability."""
