"""Letters that come back: reading what the mailbox received, and what follows from it."""
