"""What a letter about a sign-up tells: the difference to the last one that went."""
