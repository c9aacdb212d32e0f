"""One budget of false alarms for a fleet of charts."""
