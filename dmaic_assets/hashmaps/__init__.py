"""Hash maps over whole columns: compiled tables, an adaptive map, and the laboratory's measures.

What belongs here: maps and what measures them, over NumPy and Arrow. The folder imports nothing of
the rest of the package but its errors, so that it can be lifted out whole. It needs numba, which
comes with the extra `hashmaps`; nothing outside this folder may import it without asking
`hashmaps.compiled.is_compiled()`.
"""
