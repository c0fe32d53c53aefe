"""Whom returned letters and calendars' answers concern, and what the office does about them."""
