"""The hash-map laboratory of a project: benchmarks of real key columns, as memoized assets.

What belongs here: from accepted rows to a page of figures. Maps and how they are measured are in
`hashmaps`, which is imported where it is used: it needs numba, which not everybody has installed.
"""
