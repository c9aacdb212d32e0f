"""Tests of the pages of uncertainty."""
