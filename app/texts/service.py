"""Changing how a letter is worded, and putting the default back."""

from sqlalchemy import select

from app.auth import audit
from app.auth.facts import Actor
from app.base.clock import now
from app.base.errors import Conflict, Invalid, NotFound
from app.db import lock, transaction
from app.db.session import WriteSession
from app.events.models import Series
from app.texts.facts import LOCALES, Text
from app.texts.kinds import KINDS
from app.texts.letters import default_text
from app.texts.models import LetterText
from app.texts.rules import faults

DEFAULT = Text(subject="", body="")
"""As a row keeps that the letter reads as it does by default."""


class Changed(Conflict):
    """Somebody else has changed this text since the page was opened."""


class Refused(Invalid):
    """The letter could not be made of this text."""


def save(  # noqa: PLR0913, PLR0917  # which text, what, seen how, by whom
    series_id: int, kind: str, locale: str, text: Text, version: int, by: Actor
) -> bool:
    """Word a kind of letter in one language; letters made from now on say it so.

    What is the default stays the default, and changes with it.

    Args:
        series_id: whose letters.
        kind: one of ``KINDS``.
        locale: one of ``LOCALES``.
        text: checked by ``rules.faults``.
        version: of the text as the writer saw it; 0 where it was never changed.
        by: who writes.

    Returns:
        False where nothing was different.

    Raises:
        Busy: nothing was stored.
        Changed: it has another version now.
        NotFound: no such series, kind or language.
        Refused: it was not checked.
    """
    _known(kind, locale)
    if faults(text, KINDS[kind], locale):
        raise Refused("text")
    wanted = DEFAULT if _same(text, default_text(kind, locale)) else text
    return _store(series_id, (kind, locale), wanted, version, by, "letter_text.changed")


def reset(series_id: int, kind: str, locale: str, version: int, by: Actor) -> bool:
    """Let a kind of letter read as it does by default; the audit table keeps what it was.

    Returns:
        False where it was the default already.

    Raises:
        Busy: nothing was stored.
        Changed: it has another version now.
        NotFound: no such series, kind or language.
    """
    _known(kind, locale)
    return _store(series_id, (kind, locale), DEFAULT, version, by, "letter_text.reset")


def _known(kind: str, locale: str) -> None:
    if kind not in KINDS or locale not in LOCALES:
        raise NotFound("letter_text")


def _same(one: Text, other: Text) -> bool:
    return (one.subject.strip(), one.body.strip()) == (other.subject.strip(), other.body.strip())


def _store(  # noqa: PLR0913, PLR0917  # what, where, which version, by whom
    series_id: int, key: tuple[str, str], text: Text, version: int, by: Actor, action: str
) -> bool:
    with transaction() as session:
        if not lock(session, {Series: [series_id]})[Series]:
            raise NotFound("series")
        row = _find(session, series_id, key)
        before = Text(subject=row.subject, body=row.body) if row else DEFAULT
        if before == text:
            return False
        if version != (row.version if row else 0):
            raise Changed("letter_text")
        if row is None:
            kind, locale = key
            row = LetterText(series_id=series_id, kind=kind, locale=locale, version=0)
            session.add(row)
        row.subject, row.body = text.subject, text.body
        row.version, row.changed_at, row.changed_by = row.version + 1, now(), by.account_id
        session.flush()
        _record(session, row, before, by, action)
        return True


def _find(session: WriteSession, series_id: int, key: tuple[str, str]) -> LetterText | None:
    query = select(LetterText).where(
        LetterText.series_id == series_id, LetterText.kind == key[0], LetterText.locale == key[1]
    )
    found: LetterText | None = session.scalar(query)
    return found


def _record(session: WriteSession, row: LetterText, before: Text, by: Actor, action: str) -> None:
    entry = audit.Entry(
        actor=audit.ACCOUNT,
        account_id=by.account_id,
        action=action,
        subject="letter_text",
        subject_id=row.id,
        before={"subject": before.subject, "body": before.body},
        after={"subject": row.subject, "body": row.body},
    )
    audit.record(session, entry, now())
