"""Tests of sixsigma.alarms."""
