"""Links by which those who are invited sign up: made, sent, used up, revoked."""
