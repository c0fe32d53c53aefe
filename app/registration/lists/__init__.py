"""Reading many sign-ups: the office's lists, and what leaves the house."""
