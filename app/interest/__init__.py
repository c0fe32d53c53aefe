"""People who want to be told when a date is fixed."""
