"""Whether letters can go out and will be believed: the mail server, and the sender's domain."""
