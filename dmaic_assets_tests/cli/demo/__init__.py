"""Tests of cli.demo."""
