"""Tests of sixsigma.designs."""
