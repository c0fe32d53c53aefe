"""Keeping no longer than promised: what is erased when, and one person's data on request."""
