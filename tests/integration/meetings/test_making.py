"""Several of the office make meetings at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from flask import Flask
from sqlalchemy import select

from app.db import db
from app.events.models import Series
from app.events.presets import Words
from app.meetings.copying import copy_meetings
from app.meetings.facts import Copied, CopyOrder, NewMeeting
from app.meetings.making import SlugTaken, make_meeting
from tests.factories import make_event
from tests.office import make_account

AT_ONCE = 6


def new(slug: str, title: str = "") -> NewMeeting:
    title = title or f"見本の会 {slug}"
    return NewMeeting(kind="assembly", slug=slug, title=Words(title, ""), zone="Asia/Tokyo")


def make_at_once(app: Flask, every: list[NewMeeting | CopyOrder]) -> list[str]:
    """Their addresses, or that one was taken; orders are to copy the meetings of series 1."""
    by, line = make_account(), Barrier(len(every))

    def work(one: NewMeeting | CopyOrder) -> str:
        with app.app_context():
            line.wait()
            if isinstance(one, CopyOrder):
                return copy_meetings(1, one, by)[0]
            try:
                return make_meeting(one, by)
            except SlugTaken:
                return "taken"

    with ThreadPoolExecutor(len(every)) as pool:
        return list(pool.map(work, every))


def letters() -> list[str]:
    db.session.remove()
    return sorted(db.session.scalars(select(Series.number_letter)))


def test_each_has_a_letter_of_its_own(app: Flask) -> None:
    slugs = [f"kai-{n}" for n in range(AT_ONCE)]
    assert make_at_once(app, [new(one) for one in slugs]) == slugs
    assert letters() == list("ABCDEF")


def test_so_has_a_copy_and_an_address_too(app: Flask) -> None:
    old = make_event("mae")
    copied = Copied(event_id=old, slug="kai", title=Words("見本の総会", ""))
    copy = CopyOrder(meetings=(copied,), day=None)
    made = make_at_once(app, [copy, *(new("kai", f"見本の会 {n}") for n in range(AT_ONCE))])
    assert len({*made} - {"taken"}) == len(made) - made.count("taken")
    assert made[0] in {"kai", "kai-2"}
    assert len(letters()) == len(set(letters())) == 3 - (made[0] == "kai")


def test_one_address_is_given_once(app: Flask) -> None:
    made = make_at_once(app, [new("kai", f"見本の会 {n}") for n in range(AT_ONCE)])
    assert sorted(made) == ["kai", *["taken"] * (AT_ONCE - 1)]


def test_one_button_pressed_many_times_at_once_makes_one(app: Flask) -> None:
    assert make_at_once(app, [new("kai")] * AT_ONCE) == ["kai"] * AT_ONCE
    assert letters() == ["A"]
