"""Which version of the notice a form shows, and which there are."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, or_, select

from app.auth.models import Account
from app.db import db
from app.events.models import Event
from app.events.presets import Words
from app.registration.privacy.facts import BUILT_IN, FACTS, Notice, Terms, Version, Wording
from app.registration.privacy.models import PrivacyNotice

_KEPT = ("arrangements_days", "contacts_days", "minutes_years")


def wording_of(row: Any) -> Wording:
    """What a row of ``PrivacyNotice`` says."""
    texts = {name: getattr(row, name) for name in ("text", *FACTS)}
    words = {name: Words(text.ja, text.en) for name, text in texts.items()}
    return Wording(items=tuple(row.items), **words)


def _latest(series_id: int) -> Any:
    """The id of the version that holds for a series: its own, else the one for all."""
    own = select(func.max(PrivacyNotice.id)).where(PrivacyNotice.series_id == series_id)
    whole = select(func.max(PrivacyNotice.id)).where(PrivacyNotice.series_id.is_(None))
    return func.coalesce(own.scalar_subquery(), whole.scalar_subquery())


def get_notice(series_id: int) -> Notice:
    """The version that a form of this series shows now, with the longest terms of its meetings.

    One query.
    """
    terms = (
        select(*(func.max(getattr(Event, name)).label(name) for name in _KEPT))
        .where(Event.series_id == series_id)
        .subquery()
    )
    query = select(terms, PrivacyNotice).outerjoin(
        PrivacyNotice, PrivacyNotice.id == _latest(series_id)
    )
    row = db.session.execute(query).one()
    found: PrivacyNotice | None = row.PrivacyNotice
    return Notice(
        number=BUILT_IN + found.id if found else BUILT_IN,
        wording=wording_of(found) if found else Wording(),
        terms=Terms(**{name: getattr(row, name) or 0 for name in _KEPT}),
    )


def ids_of_series(series_id: int) -> Select[int]:
    """A query for the versions of a series alone, to be used within another."""
    return select(PrivacyNotice.id).where(PrivacyNotice.series_id == series_id)


def series_of(ids: Collection[int]) -> dict[int, int | None]:
    """The series of versions, None of those for all: one query, none where none are asked for."""
    query = select(PrivacyNotice.id, PrivacyNotice.series_id).where(PrivacyNotice.id.in_(ids))
    return {row.id: row.series_id for row in db.session.execute(query)} if ids else {}


def shown_number(series_id: int, number: int) -> int:
    """``number`` where a form of this series can have shown that version, else the present one."""
    query = select(PrivacyNotice.id).where(
        PrivacyNotice.id == number - BUILT_IN,
        or_(PrivacyNotice.series_id == series_id, PrivacyNotice.series_id.is_(None)),
    )
    if number == BUILT_IN or db.session.scalar(query) is not None:
        return number
    return get_notice(series_id).number


def made_at(numbers: Collection[int]) -> dict[int, datetime]:
    """When versions were made, by number; one query, none where none are asked for.

    The built-in ones are left out.
    """
    ids = {number - BUILT_IN for number in numbers if number > BUILT_IN}
    query = select(PrivacyNotice.id, PrivacyNotice.created_at).where(PrivacyNotice.id.in_(ids))
    return {BUILT_IN + i: at for i, at in db.session.execute(query)} if ids else {}


def list_versions(series_id: int | None) -> tuple[Version, ...]:
    """The versions of a series and those for all, the newest first; None for the latter alone."""
    whole = PrivacyNotice.series_id.is_(None)
    mine = whole if series_id is None else or_(PrivacyNotice.series_id == series_id, whole)
    query = (
        select(PrivacyNotice, Account.name, Account.email)
        .join(Account, Account.id == PrivacyNotice.created_by)
        .where(mine)
        .order_by(PrivacyNotice.id.desc())
    )
    return tuple(
        Version(
            number=BUILT_IN + row.id,
            wording=wording_of(row),
            whole=row.series_id is None,
            at=row.created_at,
            by=name or email,
        )
        for row, name, email in db.session.execute(query)
    )
