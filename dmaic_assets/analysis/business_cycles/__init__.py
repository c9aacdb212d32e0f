"""Stages that cases go through: found in event logs, times and statuses, and measured."""
