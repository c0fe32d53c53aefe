"""The office's door."""
