"""The demo: real data through the main job and the phases."""
