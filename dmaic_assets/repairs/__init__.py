"""Repairs as data: what each kind does to text columns, and the changes that runs apply."""
