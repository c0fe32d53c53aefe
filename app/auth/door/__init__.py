"""The doors of accounts: forgotten passwords, invitations, and what is one's own."""
