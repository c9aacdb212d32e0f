"""Maps as files: raw sections behind a header, checked by a tree of digests, mapped into memory.

What belongs here: the format, writing, reading, checking and mending. Nothing in a snapshot is code
or is run; docs/guides/hashmaps.md tells the format byte by byte, so that others can read it.
"""
