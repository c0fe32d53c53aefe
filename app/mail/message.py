"""An outbox row as the message that travels: headers, plain text, one file per invite."""

import re
from email import policy
from email.charset import BASE64, Charset
from email.header import Header
from email.mime.base import MIMEBase
from email.mime.text import MIMEText
from email.policy import EmailPolicy
from functools import lru_cache
from typing import Any

from flask_babel import force_locale, gettext
from flask_mail import Attachment, Message

from app.association.facts import HostFacts
from app.association.stored import find_host
from app.base.characters import has_control
from app.base.languages import content_language
from app.config import Settings
from app.mail.calendar import Party, calendar_object
from app.mail.letter import Invite
from app.mail.marks import digest_of
from app.mail.models import OutboxLetter
from app.mail.replies import FinalRefusal

UTF8 = Charset("utf-8")
# 8bit, Flask-Mail's choice, breaks at servers without 8BITMIME and on lines over 998 octets
# (RFC 5322, 2.1.1), which a note of 400 Japanese characters without a line end already is.
UTF8.body_encoding = BASE64


class AsFolded(EmailPolicy):
    """The headers are folded already; Python's second folding cuts long words apart.

    Nor are they parsed again each time one is looked at: a quarter of the work on a letter.
    """

    def header_fetch_parse(self, name: str, value: str) -> Any:  # noqa: ARG002
        """The header as it was written."""
        return value


AS_FOLDED = AsFolded(linesep="\r\n", refold_source="none")
SHORT = 60
LINE = 76
_ADDRESS = re.compile(r"[\x21-\x3b\x3d\x3f\x41-\x7e]+@[A-Za-z0-9.-]+")


class LetterMessage(Message):
    """Flask-Mail's message with its text in base64 and its headers folded once."""

    def _message(self) -> MIMEBase:
        made = super()._message()
        parties: dict[str, Any] = {"From": self.sender, "To": self.recipients[0]}
        made.policy = policy.compat32  # takes headers that are folded
        for header, (name, address) in parties.items():
            if not name.isascii():
                made.replace_header(header, f"{_folded(name, header)}\r\n <{address}>")
        made.policy = AS_FOLDED
        return made

    def _mimetext(self, text: str | None, subtype: str = "plain") -> MIMEText:
        part = MIMEText("", subtype, None)
        del part["Content-Transfer-Encoding"]
        part.set_payload(text or "", UTF8)
        return part


def build(letter: OutboxLetter, settings: Settings) -> Message:
    """Turn a row into a message; the same row gives the same headers each time it is tried.

    Raises:
        FinalRefusal: the address cannot be put into a message (``address_broken``).
    """
    if not _ADDRESS.fullmatch(letter.to_address):
        raise FinalRefusal("address_broken")
    host = find_host(letter.host_id)
    name = _sender_name(settings, host, content_language(letter.locale))
    office = Party(name=name, address=settings.mail_sender)
    person = Party(name=one_line(letter.to_name), address=letter.to_address)
    message = LetterMessage(
        subject=_folded_subject(one_line(letter.subject)),
        recipients=[(person.name, person.address)],
        sender=office.address,
        reply_to=(host and host.reply_to) or settings.mail_reply_to or settings.mail_sender,
        body=letter.body,
        date=letter.created_at.timestamp(),
        extra_headers=_extra_headers(letter, settings),
        attachments=[
            _file(Invite.from_json(kept), f"invite-{number}", letter, office, person)
            for number, kept in enumerate(letter.invites, start=1)
        ],
    )
    # Set afterwards: on the way in, Flask-Mail splits a name with a comma in the wrong place.
    message.sender = (office.name, office.address)
    message.msgId = message_id(letter, settings)
    return message


def _extra_headers(letter: OutboxLetter, settings: Settings) -> dict[str, str]:
    headers = {
        "Auto-Submitted": "auto-generated",  # RFC 3834: no holiday notes in answer
        "Content-Language": content_language(letter.locale),
    }
    if letter.unsubscribe_url:
        headers["List-Unsubscribe"] = f"<{letter.unsubscribe_url}>"
        if settings.is_https:  # RFC 8058, 3.1: one press in the mail program, over TLS only
            headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def message_id(letter: OutboxLetter, settings: Settings) -> str:
    """The Message-ID of a row: the same at each try, other after the database was made anew."""
    return f"<letter-{letter.id}-{digest_of(letter)}@{settings.mail_sender.partition('@')[2]}>"


def one_line(text: str) -> str:
    """Fit for a header: control characters and line ends become spaces, nothing else is lost."""
    return " ".join("".join(" " if has_control(c) else c for c in text).split())


def _sender_name(settings: Settings, host: HostFacts | None, language: str) -> str:
    if host is not None and host.sender.text(language):
        return one_line(host.sender.text(language))
    own = getattr(settings, f"association_sender_{language}")
    if host is None and own:
        return one_line(own)
    name = host.name.text(language) if host else settings.association_short_name
    return _office_name(name, language)


@lru_cache
def _office_name(association: str, language: str) -> str:
    with force_locale(language):
        return one_line(gettext("%(name)s office", name=association))


@lru_cache  # a campaign's letters have one
def _folded_subject(text: str) -> str:
    """The text as encoded words, or as it is where it is short and plain."""
    plain = text.isascii() and len(text) <= SHORT
    return text if plain else _folded(text, "Subject")


def _folded(text: str, header: str) -> str:
    """The text as encoded words, in lines of at most 76 characters (RFC 2047, 2)."""
    # Python reckons two characters short: its own 76 makes first lines of 78.
    folded = Header(text, "utf-8", header_name=header, maxlinelen=LINE - 2)
    return folded.encode(linesep="\r\n")


def _file(
    invite: Invite, nameless: str, letter: OutboxLetter, office: Party, person: Party
) -> Attachment:
    """One calendar file."""
    data = calendar_object(invite, stamp=letter.created_at, organiser=office, attendee=person)
    kind = f"text/calendar; method={invite.method}; charset=utf-8"
    return Attachment(f"{invite.name or nameless}.ics", kind, data)
