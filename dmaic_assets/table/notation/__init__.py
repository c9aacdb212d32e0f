"""How people write numbers, times, spans and units, and the values that they mean."""
