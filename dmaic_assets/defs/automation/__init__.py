"""Sensors, schedules and conditions."""
