"""Tests of defs.automation."""
