"""Chapter 6's experiments: which there are, one run of one, many runs, and their table."""
