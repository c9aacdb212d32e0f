"""The DMAIC page: its sections, figures and look."""
