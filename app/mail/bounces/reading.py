"""Reading one received message: reports of RFC 3464, older shapes of bounces, calendar replies.

Whoever receives a letter of ours knows its Message-ID, and nobody else; so wherever a report holds
it (returned headers, the returned letter, In-Reply-To, or pasted into its text), it is about ours.
"""

import email
import hashlib
import re
from collections.abc import Iterator
from email import policy
from email.message import Message
from email.utils import parseaddr

from flufl.bounce import all_failures

from app.mail.bounces.answers import answers_of
from app.mail.bounces.facts import Bounce, Failure, Mark, Reading
from app.mail.bounces.rules import weigh

LONGEST_REPLY = 500
MOST_FAILURES = 20
_OURS = re.compile(r"\bletter-(\d{1,10})-([0-9a-f]{16})@")
_ADDRESS = re.compile(r"[\w!#$%&'*+/=?^`{|}~.-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_CODE = re.compile(r"(?<![\d.])(?:[45]\d\d[\s-]|[45]\.\d{1,3}\.\d{1,3})")
_MACHINES = ("mailer-daemon", "postmaster", "mail-daemon", "mdaemon")
_RETURNED = re.compile(
    r"(?im)^(?:.*copy of (?:the|your) message.*|[\s\W]*(?:original message|returned message).*"
    r"|.*(?:元のメッセージ|送信されたメール).*)$"
)
_WHITE = re.compile(r"\s+")


def read(raw: bytes) -> Reading:
    """Read a message. Whatever the parsers raise on broken ones comes out as it is."""
    message = email.message_from_bytes(raw, policy=policy.compat32)
    key = _key(message, raw)
    if not _is_report(message):
        answers = answers_of(message)
        if answers:
            return Reading(key=key, answers=answers)
        if _is_automatic(message) and not _from_machine(message):
            return Reading(key=key)  # a holiday note: the letter did arrive
    elif _report_type(message) != "delivery-status":
        return Reading(key=key)  # a receipt, or a complaint
    failures = tuple(_failures(message))[:MOST_FAILURES]
    if not failures:
        return Reading(key=key)
    return Reading(key=key, bounce=Bounce(marks=_marks(message), failures=failures))


def key_of(raw: bytes) -> str:
    """A key for a message that cannot be read."""
    return hashlib.sha256(raw).hexdigest()


def _key(message: Message, raw: bytes) -> str:
    """The message's own Message-ID, or its digest where it has none that could be one."""
    own = _WHITE.sub("", str(message.get("Message-ID") or ""))
    return own if own and len(own) <= LONGEST_REPLY else key_of(raw)


def _is_report(message: Message) -> bool:
    return message.get_content_type() == "multipart/report"


def _report_type(message: Message) -> str:
    return str(message.get_param("report-type") or "delivery-status").lower()


def _is_automatic(message: Message) -> bool:
    """RFC 3834, and what was used before it."""
    submitted = str(message.get("Auto-Submitted") or "no").lower()
    return not submitted.startswith("no") or any(
        name in message for name in ("X-Autoreply", "X-Autorespond", "X-Auto-Response-Suppress")
    )


def _from_machine(message: Message) -> bool:
    local = parseaddr(str(message.get("From") or ""))[1].partition("@")[0].lower()
    return local in _MACHINES


def _failures(message: Message) -> Iterator[Failure]:
    blocks = [
        block
        for part in message.walk()
        if part.get_content_type() == "message/delivery-status"
        for block in _blocks(part)
    ]
    reported = [block for block in blocks if block.get("Final-Recipient")]
    if reported:
        for block in reported:
            yield from _of_block(block)
    elif _is_report(message) or _from_machine(message) or _is_undelivered(message):
        yield from _of_text(message)


def _blocks(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [one for one in payload if isinstance(one, Message)] if isinstance(payload, list) else []


def _of_block(block: Message) -> Iterator[Failure]:
    """One recipient's part of a report, under each name that it has."""
    told = _shown(block.get("Diagnostic-Code"))
    status, action = _shown(block.get("Status")), _shown(block.get("Action")).lower()
    weight = weigh(action, status, told, permanent=action == "failed")
    names = {_recipient(block, name) for name in ("Original-Recipient", "Final-Recipient")} - {""}
    if weight is not None:
        reply = told or status
        for name in sorted(names):
            yield Failure(address=name, weight=weight[0], reason=weight[1], reply=reply)


def _recipient(block: Message, name: str) -> str:
    """The address of 'rfc822; somebody@example.com'."""
    _kind, _semicolon, rest = _shown(block.get(name)).partition(";")
    return rest.strip().strip("<>")


def _is_undelivered(message: Message) -> bool:
    """An older bounce that says so by its empty return path."""
    return str(message.get("Return-Path") or "").strip() == "<>" and not _is_automatic(message)


def _of_text(message: Message) -> Iterator[Failure]:
    """Bounces in words: those that flufl.bounce knows, then any address beside a refusal."""
    text = _own_text(message)
    temporary, permanent = _detected(message)
    known = dict.fromkeys(permanent, True) | dict.fromkeys(temporary, False)
    for address, is_permanent in sorted(known.items()):
        weight = weigh("", "", text, permanent=is_permanent)
        if weight is not None:
            yield Failure(
                address=address, weight=weight[0], reason=weight[1], reply=_near(text, address)
            )
    if known:
        return
    weight = weigh("", "", text, permanent=False)
    if weight is None or (weight[1] == "returned" and not _CODE.search(text)):
        return
    for address in sorted(set(_ADDRESS.findall(text)))[:MOST_FAILURES]:
        reply = _near(text, address)
        yield Failure(address=address, weight=weight[0], reason=weight[1], reply=reply)


def _detected(message: Message) -> tuple[list[str], list[str]]:
    """What flufl.bounce finds: (for now, for good)."""
    try:
        temporary, permanent = all_failures(message)
    except Exception:  # noqa: BLE001  # its heuristics meet whatever anybody sent
        return [], []
    return [_ascii(one) for one in temporary], [_ascii(one) for one in permanent]


def _ascii(address: bytes | str) -> str:
    text = address.decode("ascii", "replace") if isinstance(address, bytes) else address
    return text.strip().strip("<>")


def _own_text(message: Message) -> str:
    """What the server wrote itself: the first text, without the returned letter below it."""
    for part in message.walk():
        if part.get_content_type() == "text/plain":
            return _RETURNED.split(_text(part), maxsplit=1)[0]
    return ""


def _near(text: str, address: str) -> str:
    """What was said after an address, on one line."""
    rest = text[max(0, text.find(address)) :]
    return _WHITE.sub(" ", rest).strip()[:LONGEST_REPLY]


def _marks(message: Message) -> tuple[Mark, ...]:
    """Every Message-ID of ours that stands anywhere in the message."""
    found = {
        Mark(letter_id=int(number), digest=digest)
        for text in _everything(message)
        for number, digest in _OURS.findall(text)
    }
    return tuple(sorted(found, key=lambda mark: (mark.letter_id, mark.digest)))[:MOST_FAILURES]


def _everything(message: Message) -> Iterator[str]:
    for part in message.walk():
        for name in ("Message-ID", "In-Reply-To", "References", "X-Original-Message-ID"):
            yield from (str(value) for value in part.get_all(name, []))
        if not part.is_multipart():
            yield _text(part)


def _text(part: Message) -> str:
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    charset = part.get_content_charset() or "utf-8"
    try:
        return payload.decode(charset, "replace")
    except LookupError:
        return payload.decode("utf-8", "replace")


def _shown(value: object) -> str:
    return _WHITE.sub(" ", str(value or "")).strip()[:LONGEST_REPLY]
