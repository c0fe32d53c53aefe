"""Reading the office's texts."""

from collections.abc import Collection, Iterable

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from app.auth.models import Account, AuditEntry, AuditValue
from app.db import db
from app.texts.facts import Stored, Text
from app.texts.letters import Texts
from app.texts.models import LetterText

_TEXTS = select(LetterText.kind, LetterText.locale, LetterText.subject, LetterText.body).where(
    LetterText.series_id == bindparam("series_id"), LetterText.body != ""
)


def read_texts(session: Session, series_id: int) -> Texts:
    """What the office has changed of the letters of a series: one query."""
    rows = session.execute(_TEXTS, {"series_id": series_id})
    return {(row.kind, row.locale): Text(subject=row.subject, body=row.body) for row in rows}


def ids_of_series(series_id: int) -> Select[int]:
    """A query for the texts of a series, to be used within another."""
    return select(LetterText.id).where(LetterText.series_id == series_id)


def series_of(ids: Collection[int]) -> dict[int, int]:
    """The series of texts: one query, none where none are asked for."""
    query = select(LetterText.id, LetterText.series_id).where(LetterText.id.in_(ids))
    return {row.id: row.series_id for row in db.session.execute(query)} if ids else {}


def list_stored(series_id: int) -> dict[tuple[str, str], Stored]:
    """How each text stands that was ever changed, by kind and language: one query."""
    return {key: stored for key, _id, stored in _rows(series_id)}


def find_stored(series_id: int, kind: str, locale: str) -> Stored:
    """How one text stands; where it is the default, with what it was before: two queries."""
    for key, row_id, stored in _rows(series_id):
        if key == (kind, locale):
            return stored if stored.text else _with_text_before(stored, row_id)
    return Stored()


def _rows(series_id: int) -> Iterable[tuple[tuple[str, str], int, Stored]]:
    query = (
        select(LetterText, Account.name, Account.email)
        .join(Account, Account.id == LetterText.changed_by)
        .where(LetterText.series_id == series_id)
    )
    for row, name, email in db.session.execute(query):
        text = Text(subject=row.subject, body=row.body) if row.body else None
        stored = Stored(
            version=row.version, text=text, changed_at=row.changed_at, changed_by=name or email
        )
        yield (row.kind, row.locale), row.id, stored


def _with_text_before(stored: Stored, row_id: int) -> Stored:
    query = (
        select(AuditValue.before)
        .join(AuditEntry, AuditEntry.id == AuditValue.entry_id)
        .where(
            AuditEntry.subject == "letter_text",
            AuditEntry.subject_id == row_id,
            AuditEntry.action == "letter_text.reset",
        )
        .order_by(AuditEntry.id.desc())
        .limit(1)
    )
    kept = db.session.scalar(query) or {}
    before = Text(subject=kept.get("subject", ""), body=kept.get("body", ""))
    return Stored(
        version=stored.version,
        changed_at=stored.changed_at,
        changed_by=stored.changed_by,
        before=before if before.body else None,
    )
