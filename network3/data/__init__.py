"""Images and their labels: from files, from arrays, and made new."""
