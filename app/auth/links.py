"""Links by which somebody sets a password: signed, good once and for a while, stored nowhere."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from app.base.errors import Gone, NotFound
from app.base.tokens import link_signer
from app.config import current_settings

INVITED_FOR = timedelta(days=7)
"""How long an invitation is good."""
RESET_FOR = timedelta(hours=2)
"""How long a link for a forgotten password is good."""
_PURPOSE = "set password"


@dataclass(frozen=True, kw_only=True)
class PasswordLink:
    """Whose password may be set. ``version``: of the account as the link was made."""

    account_id: int
    version: int


def make_address(account_id: int, version: int, until: datetime) -> str:
    """The absolute address of a link that is good until a moment (aware)."""
    settings = current_settings()
    signer = link_signer(settings.keys)
    token = signer.sign(_PURPOSE, account_id, version, int(until.timestamp()))
    return f"{settings.origin}/office/set-password/{token}"


def read_token(token: str, moment: datetime) -> PasswordLink:
    """Whose link it is; whether it was used already, the account's version says.

    Raises:
        NotFound: it is not one of ours.
        Gone: its time is over.
    """
    numbers = link_signer(current_settings().keys).verify(_PURPOSE, token, 3)
    if numbers is None:
        raise NotFound("link")
    account_id, version, until = numbers
    if moment >= datetime.fromtimestamp(until, UTC):
        raise Gone("link")
    return PasswordLink(account_id=account_id, version=version)
