"""Six Sigma statistics that know nothing of feeds: numbers in, numbers out."""
