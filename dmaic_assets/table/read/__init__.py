"""Files to tables of text: discovery, formats, encodings and staging."""
