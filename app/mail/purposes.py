"""Letters that are nobody's business but their reader's: they hold links that open an account."""

ACCOUNT_INVITE = "account_invite"
ACCOUNT_RESET = "account_reset"
HIDDEN = (ACCOUNT_INVITE, ACCOUNT_RESET)
"""Purposes that no page of the office lists, and nobody reads out on the telephone."""
INVITATION = "invitation"
"""To somebody who has not signed up, so it belongs to no sign-up."""
LINK_AGAIN = "link_again"
"""The links of all sign-ups of an address, so it may belong to none of them."""
