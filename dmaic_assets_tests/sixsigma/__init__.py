"""Tests of the statistics that know nothing of feeds."""
