"""Feeds that no default was chosen on, split once into a half to work on and a locked half."""
