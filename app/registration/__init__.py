"""One contact's sign-up: people x meetings, and the attendees' own door."""
