"""Links of invitations: signed, not stored."""

from app.base.tokens import LinkSigner, link_signer
from app.config import current_settings

INVITATION = "invitation"


def _signer() -> LinkSigner:
    return link_signer(current_settings().keys)


def url(invitation_id: int) -> str:
    """The absolute address that opens the form."""
    return f"{current_settings().origin}/invited/{_signer().sign(INVITATION, invitation_id)}"


def read(token: str) -> int | None:
    """The id of the invitation, from the token of a link."""
    found = _signer().verify(INVITATION, token, 1)
    return found[0] if found else None
