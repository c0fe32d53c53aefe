"""The desk at the door of one meeting: who may stand there, whom it shows, what it does."""
