"""Personal links: signed, not stored; a new link version makes the old ones useless."""

from app.base.tokens import LinkSigner, link_signer
from app.config import current_settings

MANAGE = "manage"
DONE = "done"
ANOTHER = "another"
CHECK_IN = "check-in"


def _signer() -> LinkSigner:
    return link_signer(current_settings().keys)


def manage_token(registration_id: int, link_version: int) -> str:
    """The token of the personal page."""
    return _signer().sign(MANAGE, registration_id, link_version)


def manage_url(registration_id: int, link_version: int) -> str:
    """The absolute address of the personal page, as letters carry it."""
    return f"{current_settings().origin}/r/{manage_token(registration_id, link_version)}"


def coming_url(registration_id: int, link_version: int) -> str:
    """The absolute address of the page that asks whether they still come."""
    return f"{manage_url(registration_id, link_version)}/coming"


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


def another_url(registration_id: int, link_version: int) -> str:
    """Where somebody says that they are another person of the same name."""
    token = _signer().sign(ANOTHER, registration_id, link_version)
    return f"{current_settings().origin}/another/{token}"


def read_another(token: str) -> tuple[int, int] | None:
    """Registration id and link version of a genuine token."""
    found = _signer().verify(ANOTHER, token, 2)
    return (found[0], found[1]) if found else None


def check_in_code(registration_id: int, link_version: int) -> str:
    """What the QR code for the reception holds: it opens nothing but the reception's list."""
    return _signer().sign(CHECK_IN, registration_id, link_version).upper()


def read_check_in(code: str) -> tuple[int, int] | None:
    """Registration id and link version of a genuine code, in letters of any size."""
    found = _signer().verify(CHECK_IN, code.strip().lower(), 2)
    return (found[0], found[1]) if found else None
