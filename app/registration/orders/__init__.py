"""What the office orders because of sign-ups: arrangements one by one, lunches by number."""
