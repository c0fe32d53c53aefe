"""Lists from elsewhere: read, checked row by row, and stored all at once or not at all."""
