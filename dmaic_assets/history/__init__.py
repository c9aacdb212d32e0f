"""What is known of the accepted files of a source: facts, series, tolerances, proposals."""
