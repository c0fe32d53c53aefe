"""Personal links: signed, not stored; a new link version makes the old ones useless."""

from app.base.tokens import LinkSigner
from app.config import current_settings

MANAGE = "manage"
DONE = "done"


def _signer() -> LinkSigner:
    return LinkSigner(current_settings().keys)


def manage_token(registration_id: int, link_version: int) -> str:
    """The token of the personal page."""
    return _signer().sign(MANAGE, registration_id, link_version)


def manage_url(registration_id: int, link_version: int) -> str:
    """The absolute address of the personal page, as letters carry it."""
    return f"{current_settings().origin}/r/{manage_token(registration_id, link_version)}"


def done_token(registration_id: int, link_version: int) -> str:
    """The token of the completion page; it ends with the personal link of its time."""
    return _signer().sign(DONE, registration_id, link_version)


def read_manage(token: str) -> tuple[int, int] | None:
    """Registration id and link version of a genuine token."""
    found = _signer().verify(MANAGE, token, 2)
    return (found[0], found[1]) if found else None


def read_done(token: str) -> tuple[int, int] | None:
    """Registration id and link version of a genuine token."""
    found = _signer().verify(DONE, token, 2)
    return (found[0], found[1]) if found else None
