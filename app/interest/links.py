"""Links of those who want to be told: signed, not stored."""

from app.base.tokens import LinkSigner, link_signer
from app.config import current_settings

INTEREST = "interest"


def _signer() -> LinkSigner:
    return link_signer(current_settings().keys)


def token(interest_id: int, version: int) -> str:
    """The token of all pages of one interest."""
    return _signer().sign(INTEREST, interest_id, version)


def confirm_url(interest_id: int, version: int) -> str:
    """The absolute address of the page that confirms; these three stand in letters."""
    return f"{current_settings().origin}/i/{token(interest_id, version)}"


def sign_up_url(interest_id: int, version: int) -> str:
    """The absolute address that leads to the sign-up form, filled in."""
    return f"{confirm_url(interest_id, version)}/sign-up"


def leave_url(interest_id: int, version: int) -> str:
    """The absolute address of the page that ends it; a POST to it is enough (RFC 8058)."""
    return f"{confirm_url(interest_id, version)}/leave"


def read(raw: str) -> tuple[int, int] | None:
    """Interest id and version of a genuine token."""
    found = _signer().verify(INTEREST, raw, 2)
    return (found[0], found[1]) if found else None
