"""Asset checks of cells and phases."""
