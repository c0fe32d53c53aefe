"""Letters about accounts: facts to a ``Letter``. The office's pages never show them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.auth import links
from app.base.timezones import OFFICE, to_local
from app.mail.letter import Letter
from app.mail.purposes import ACCOUNT_INVITE, ACCOUNT_RESET
from app.web.plaintext import render_text


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Whose account it is; ``version``: its ``link_version``; ``locale`` 'ja' or 'en'."""

    account_id: int
    version: int
    name: str
    email: str
    locale: str


def invitation(reader: Reader, by: str, moment: datetime) -> Letter:
    """Invites somebody to the office; ``by`` names who does, ``moment`` is now (aware)."""
    return _letter(ACCOUNT_INVITE, reader, moment, links.INVITED_FOR, by=by)


def reset(reader: Reader, moment: datetime) -> Letter:
    """Leads to where a new password is set; ``moment`` is now (aware)."""
    return _letter(ACCOUNT_RESET, reader, moment, links.RESET_FOR)


def _letter(
    purpose: str, reader: Reader, moment: datetime, good_for: timedelta, **more: str
) -> Letter:
    until = moment + good_for
    facts = {
        "name": reader.name,
        "url": links.make_address(reader.account_id, reader.version, until),
        "until": to_local(until, OFFICE),
        **more,
    }
    subject = render_text(f"mail/{purpose}/subject.txt", reader.locale, **facts)
    body = render_text(f"mail/{purpose}/body.txt", reader.locale, **facts)
    return Letter(
        key=f"{purpose}:{reader.account_id}:{moment.timestamp():.6f}",
        purpose=purpose,
        to_address=reader.email,
        to_name=reader.name,
        locale=reader.locale,
        subject=" ".join(subject.split()),
        body=body.strip() + "\n",
    )
