"""What happened: runs, files, verdicts, metrics, memo keys, and their mirrors."""
