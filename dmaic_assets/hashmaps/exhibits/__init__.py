"""Read-mostly indexes for loads of .95 to .99, which nothing but the laboratory's exhibit uses.

What belongs here: indexes without deletion and without reordering, built once over a store's keys.
"""
