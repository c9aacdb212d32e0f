"""When files come, and which time each of them covers."""
