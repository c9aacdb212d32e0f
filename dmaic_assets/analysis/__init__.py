"""Studies of accepted tables: what the data is, how its tables hang together, how sure we are."""
