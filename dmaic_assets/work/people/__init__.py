"""What people say about rules, changes and held files, and what becomes of it."""
