"""Tests of rules.yaml."""
