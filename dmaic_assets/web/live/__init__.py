"""What changes while somebody looks: progress of runs, told over a stream of events."""
