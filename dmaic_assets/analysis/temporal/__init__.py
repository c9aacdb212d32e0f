"""When rows happened: rhythm, gaps, seasons, trends and breaks."""
