"""What people are told about their data before they enter them: versions of the notice."""
