"""The attendees' door: HTTP only."""
