"""Organiser accounts, guards, the audit table."""
