"""Work that takes too long for a request: a row, its files, and what does it."""
