"""Files to tables: discovery, reading, column types and profiles."""
