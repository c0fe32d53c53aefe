"""Rows for tests and measurements: plain functions, to be called inside an application context.

Everybody in here is plainly a sample: 見本 or 例, example.com, telephone numbers of zeros.
"""

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import func, insert, select

from app.base.addresses import email_key
from app.base.clock import now
from app.base.text import group_key, search_key, sort_key, telephone_digits
from app.db import Translated, transaction
from app.db.session import WriteSession
from app.events.models import Event, EventSession, EventWay, Series
from app.registration.models import Booking, Participant, Registration
from app.registration.rules import show_number

SURNAMES = (("見本", "みほん"), ("例", "れい"), ("見本田", "みほんだ"), ("例山", "れいやま"))
GIVEN = (
    *(("花子", "はなこ"), ("太郎", "たろう"), ("一郎", "いちろう"), ("桜", "さくら")),
    *(("𠮷雄", "よしお"), ("由紀", "ゆき"), ("健", "けん"), ("美咲", "みさき"), ("翔", "しょう")),
    *(("直子", "なおこ"), ("和子", "かずこ"), ("誠", "まこと"), ("陽菜", "ひな"), ("蓮", "れん")),
)
ORGANISATIONS = ("見本ワーカーズ", "例の家", "", "見本食堂", "例デイサービス", "見本キッチン", "")
TEXTS = (
    *("summary", "description", "date_note", "venue_name", "venue_address", "access"),
    *("audience", "hosts", "fee", "bring", "report"),
)
BATCH = 5000
SECOND = timedelta(seconds=1)
FAR = timedelta(days=10)
TOKYO = ZoneInfo("Asia/Tokyo")


class Person(NamedTuple):
    """What a sample person enters."""

    name: str
    reading: str
    organisation: str
    email: str
    telephone: str


def person(n: int) -> Person:
    """The ``n``-th sample person, always the same; every seventh gives no mail address."""
    surname, surname_reading = SURNAMES[n % len(SURNAMES)]
    given, given_reading = GIVEN[n // len(SURNAMES) % len(GIVEN)]
    return Person(
        name=f"{surname} {given}",
        reading=f"{surname_reading} {given_reading}",
        organisation=ORGANISATIONS[n % len(ORGANISATIONS)],
        email="" if n % 7 == 6 else f"mihon{n}@example.com",
        telephone=f"090-0000-{n % 10000:04d}" if n % 7 in {0, 6} else "",
    )


def make_series(slug: str = "soukai", *, letter: str = "A", is_sample: bool = False) -> int:
    """Insert a series; return its id. ``letter`` stands before its numbers."""
    with transaction() as session:
        series = Series(slug=slug, number_letter=letter, is_sample=is_sample)
        session.add(series)
        session.flush()
        return series.id


def make_event(
    slug: str = "soukai",
    *,
    venue: int | None = 50,
    online: int | None = None,
    ways: tuple[str, ...] = ("venue", "online"),
    kind: str = "assembly",
    state: str = "published",
    starts_in: timedelta | None = timedelta(days=40),
    lasts: timedelta = timedelta(hours=2),
    opens: timedelta | None = timedelta(days=-1),
    closes: timedelta | None = None,
    series_id: int | None = None,
    days: int = 1,
    **more: Any,
) -> int:
    """Insert one meeting with its session and ways; return its id.

    Args:
        slug: of the meeting, and of its series where that is made here.
        venue: places at the venue; None for no limit.
        online: places online; None for no limit.
        ways: what the meeting offers of 'venue' and 'online'.
        kind: one of ``app.events.models.KINDS``.
        state: one of ``app.events.models.STATES``.
        starts_in: from now, or from ten in the morning when that is more than nine days away;
            None while the date is not fixed.
        lasts: how long it takes.
        opens: from now, when sign-up opens; None while that is not fixed.
        closes: from now, when sign-up closes; None: when the meeting starts.
        series_id: the series to join; else the meeting gets one of its own.
        days: on how many days running it takes place.
        more: other columns of ``Event``; texts as ``Translated``.
    """
    moment = now().replace(microsecond=0)
    series_id = series_id or make_series(slug)
    places = {"venue": venue, "online": online}
    texts = {name: Translated() for name in TEXTS} | {
        "title": Translated(ja="見本の総会", en="Sample assembly"),
        "venue_name": Translated(ja="見本会館 3階", en="Mihon Hall, 3rd floor"),
    }
    with transaction() as session:
        event = Event(
            series_id=series_id,
            slug=slug,
            kind=kind,
            state=state,
            opens_at=None if opens is None else moment + opens,
            closes_at=None if closes is None else moment + closes,
            **{**texts, **more},
        )
        event.ways = [
            EventWay(position=at, way=way, places=places[way]) for at, way in enumerate(ways)
        ]
        if starts_in is not None:
            start = _start(moment, starts_in)
            starts = [start + timedelta(days=day) for day in range(days)]
            event.sessions = [EventSession(starts_at=one, ends_at=one + lasts) for one in starts]
        session.add(event)
        session.flush()
        return event.id


def _start(moment: datetime, starts_in: timedelta) -> datetime:
    """A day of meetings is the same day at whatever hour the tests run."""
    if starts_in < FAR:
        return moment + starts_in
    ten = moment.astimezone(TOKYO).replace(hour=10, minute=0, second=0, microsecond=0)
    return (ten + starts_in).astimezone(UTC)


def make_signups(
    event_id: int,
    count: int,
    *,
    first: int = 0,
    way: str = "venue",
    state: str = "confirmed",
    **more: Any,
) -> list[int]:
    """Insert ``count`` sign-ups in bulk, whatever the places; return the registrations' ids.

    Numbers go on after the highest of the series; each comes a second after the one before, the
    last one now. No letters are posted and nothing is audited.

    Args:
        event_id: of the meeting.
        count: how many; 100,000 take seconds.
        first: the ``n`` of the first ``person(n)``.
        way: of every booking.
        state: of every booking.
        more: columns of ``Registration`` that all share.
    """
    began = now() - count * SECOND
    made: list[int] = []
    with transaction() as session:
        series = session.execute(
            select(Series.id, Series.number_letter)
            .join(Event, Event.series_id == Series.id)
            .where(Event.id == event_id)
        ).one()
        highest = session.scalar(
            select(func.max(Registration.number)).where(Registration.series_id == series.id)
        )
        number = (highest or 0) + 1
        for start in range(0, count, BATCH):
            people = [person(first + n) for n in range(start, min(count, start + BATCH))]
            moments = [began + (start + at) * SECOND for at in range(len(people))]
            numbers = range(number + start, number + start + len(people))
            ids = _insert(
                session,
                Registration,
                [
                    _registration(one, series.id, at, moment) | more
                    for one, at, moment in zip(people, numbers, moments, strict=True)
                ],
            )
            participants = _insert(session, Participant, _participants(people, ids))
            shown = [show_number(series.number_letter, at) for at in numbers]
            common = {"event_id": event_id, "way": way, "state": state}
            common["channel"] = more.get("channel", "web")
            rows = zip(people, zip(participants, ids, strict=True), shown, moments, strict=True)
            session.execute(insert(Booking), [_booking(*row) | common for row in rows])
            made += ids
    return made


def _insert(session: WriteSession, model: type[Any], rows: list[dict[str, Any]]) -> list[int]:
    statement = insert(model).returning(model.id, sort_by_parameter_order=True)
    return list(session.scalars(statement, rows))


def _registration(one: Person, series_id: int, number: int, moment: datetime) -> dict[str, Any]:
    return {
        "series_id": series_id,
        "number": number,
        "channel": "web",
        "locale": "ja",
        "contact_name": one.name,
        "contact_organisation": one.organisation,
        "email": one.email,
        "email_key": email_key(one.email),
        "email_may_fail": False,
        "telephone": one.telephone,
        "note": "",
        "notice_version": 1,
        "link_version": 1,
        "version": 1,
        "created_at": moment,
    }


def _participants(people: list[Person], registrations: list[int]) -> list[dict[str, Any]]:
    return [
        {
            "registration_id": registration_id,
            "position": 0,
            "name": one.name,
            "reading": one.reading,
            "organisation": one.organisation,
            "role": "",
            "notice_version": 1,
        }
        for one, registration_id in zip(people, registrations, strict=True)
    ]


def _booking(one: Person, whose: tuple[int, int], number: str, moment: datetime) -> dict[str, Any]:
    """``whose``: ids of participant and registration."""
    return {
        "participant_id": whose[0],
        "registration_id": whose[1],
        "created_at": moment,
        "role_key": "",
        "organisation_key": _group_key(one.organisation),
        "sort_key": _sort_key(one.reading, one.name),
        "search_key": "\n".join(
            (
                _names_key(one.name, one.reading, one.organisation),
                search_key(number, one.email, one.telephone, telephone_digits(one.telephone)),
            )
        ),
    }


# Few names make many people: what is made of names alone is made once.
_sort_key = cache(sort_key)
_names_key = cache(search_key)
_group_key = cache(group_key)
