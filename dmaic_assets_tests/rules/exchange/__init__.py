"""Tests of rules.exchange."""
