"""Delimited text: its dialect, its header, and every record, exactly."""
