"""Tests of ticks, their watchdog and their Prometheus text."""
