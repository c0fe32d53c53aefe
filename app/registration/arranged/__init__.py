"""What a sign-up leaves to be arranged: which task each answer belongs to, and its stored row."""
