"""'Send me my link again': the same answer whether or not an address is known."""
