"""What people look at: the DMAIC page, notebooks, timeline, summaries, all from plain values."""
