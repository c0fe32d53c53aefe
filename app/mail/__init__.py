"""Letters: the outbox, the transport, calendar objects, the local mailbox."""
