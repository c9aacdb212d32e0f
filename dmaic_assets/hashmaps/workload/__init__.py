"""What is asked of a map: generated, read from a file, or as a platform would use a real column.

What belongs here: sequences of operations and what they are like (DNA). What a map makes of them
belongs to `trial`.
"""
