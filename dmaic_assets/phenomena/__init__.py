"""What can happen to data, one folder a phenomenon: learnt, judged, named and repaired there."""
