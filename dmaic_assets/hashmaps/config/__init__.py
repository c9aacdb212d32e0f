"""The laboratory's configuration: which map a trial plays on, and from when on its watchdog speaks.

What belongs here: keys, their defaults and ranges, the file that they stand in.
"""
