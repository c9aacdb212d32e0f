"""What a map makes of a workload: played, timed, watched, compared.

What belongs here: runs of workloads and what is told of them.
"""
