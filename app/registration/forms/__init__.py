"""The one form of the day: what was typed, checked and carried from page to page."""
