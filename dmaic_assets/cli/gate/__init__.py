"""Commands that judge single files, and release held ones."""
