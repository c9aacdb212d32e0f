"""Commands of the main job and of what it came to."""
