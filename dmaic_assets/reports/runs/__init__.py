"""The pages of all runs and of one run."""
