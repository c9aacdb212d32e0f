"""Tests of the analyses of accepted rows."""
