"""Reminders: a letter to everybody who is coming, made in batches and followed to the end."""
