"""Loops that numba compiles: functions of a module each, cached, without the interpreter's lock.

What belongs here: code that touches one slot, one entry or one key at a time.
"""
