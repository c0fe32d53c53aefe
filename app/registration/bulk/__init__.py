"""Acts of the office on many people at once, done sign-up by sign-up in bounded steps."""
