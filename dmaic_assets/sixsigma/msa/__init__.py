"""Measurement system analysis: how much of what is seen is the measuring itself."""
