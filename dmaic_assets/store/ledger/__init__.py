"""The record of runs, verdicts, memo keys, tasks and effects; SQLite or PostgreSQL."""
