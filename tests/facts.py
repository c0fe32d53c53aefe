"""Sign-ups and their meetings as facts, for tests that need no database."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.events.facts import ChoiceView, MeetingView, Offer, QuestionView, Span, WayView
from app.events.rules import EventFacts, WayPlaces
from app.registration.facts import AnswerView, BookingView, PersonView, Signup

TOKYO = ZoneInfo("Asia/Tokyo")
MORNING = datetime(2026, 6, 23, 10, 30, tzinfo=TOKYO)
AFTERNOON = datetime(2026, 6, 23, 14, 0, tzinfo=TOKYO)
WORDS = {
    "ja": {
        "titles": ("第30回 見本総会", "見本連合会 創立総会"),
        "venue_name": "見本会館 3階",
        "venue_address": "東京都見本区見本 1-2-3",
        "access": "見本駅から歩いて5分",
        "bring": "議案書",
        "fee": "無料",
        "lunch": "昼食のお弁当",
        "choices": ("頼む", "頼まない"),
    },
    "en": {
        "titles": ("30th Sample Assembly", "Founding Meeting of the Sample Federation"),
        "venue_name": "Mihon Hall, 3rd floor",
        "venue_address": "1-2-3 Mihon, Mihon-ku, Tokyo",
        "access": "5 minutes on foot from Mihon Station",
        "bring": "The agenda papers",
        "fee": "Free",
        "lunch": "Lunch box",
        "choices": ("Yes, please", "No, thank you"),
    },
}


def meeting(number: int = 1, locale: str = "ja", **more: Any) -> MeetingView:
    """The first or second meeting of a day; ``more`` are fields of the view."""
    words = WORDS["en" if locale == "en" else "ja"]
    start = more.pop("start", MORNING if number == 1 else AFTERNOON)
    status = more.pop("status", "open")
    places = (
        WayPlaces(way="venue", places=50, taken=10),
        WayPlaces(way="online", places=None, taken=3),
    )
    facts = EventFacts(
        kind="assembly",
        state="cancelled" if status == "cancelled" else "published",
        starts_at=start.astimezone(UTC),
        ends_at=(start + timedelta(hours=2)).astimezone(UTC),
        opens_at=datetime(2026, 4, 1, tzinfo=UTC),
        closes_at=datetime(2026, 6, 16, 8, tzinfo=UTC),
    )
    given: dict[str, Any] = {
        "id": number,
        "series_id": 1,
        "slug": f"meeting-{number}",
        "kind": "assembly",
        "title": words["titles"][number - 1],
        "summary": "",
        "description": "",
        "status": status,
        "facts": facts,
        "spans": (Span(start=start, end=start + timedelta(hours=2)),),
        "date_note": "",
        "doors_at": start - timedelta(minutes=30),
        "zone": "Asia/Tokyo",
        "audience": "",
        "hosts": "",
        "contact": "",
        "report": "",
        "online_url": "",
        "ways": tuple(WayView(code=p.way, left=p.left, full=p.full, few=p.few) for p in places),
        "places": places,
        "opens_at": None,
        "closes_at": datetime(2026, 6, 16, 17, tzinfo=TOKYO),
        "change_until": datetime(2026, 6, 19, 17, tzinfo=TOKYO),
        "is_sample": False,
        **{name: words[name] for name in ("venue_name", "venue_address", "access", "bring", "fee")},
    }
    return MeetingView(**{**given, **more})


def lunch(locale: str = "ja", **more: Any) -> QuestionView:
    """A question with two choices (ids 51 and 52) of the first meeting."""
    words = WORDS["en" if locale == "en" else "ja"]
    choices = tuple(
        ChoiceView(id=51 + n, code="", label=text, places=None, held=0, seats=0, opens=False)
        for n, text in enumerate(words["choices"])
    )
    given: dict[str, Any] = {
        "id": 5,
        "event_id": 1,
        "kind": "one",
        "asked": "person",
        "required": True,
        "is_arrangement": False,
        "label": words["lunch"],
        "help": "",
        "way": "venue",
        "depends_on_id": None,
        "closed": False,
        "choices": choices,
    }
    return QuestionView(**{**given, **more})


def offer(*meetings: MeetingView, locale: str = "ja", questions: Any = ()) -> Offer:
    """The two meetings of a day, or those given."""
    every = meetings or (meeting(1, locale), meeting(2, locale))
    return Offer(series_id=1, meetings=every, questions=tuple(questions))


def person(
    number: int, name: str, *bookings: tuple[int, str, str] | tuple[int, str, str, int]
) -> PersonView:
    """Somebody with bookings (meeting, way, state[, position])."""
    return PersonView(
        id=number,
        name=name,
        reading="",
        organisation="",
        role="",
        bookings=tuple(
            BookingView(
                id=100 * number + one[0],
                event_id=one[0],
                way=one[1],
                state=one[2],
                position=one[3] if len(one) > 3 else None,
            )
            for one in bookings
        ),
    )


def signup(*people: PersonView, **more: Any) -> Signup:
    """A sign-up of these people; the first is the contact."""
    given: dict[str, Any] = {
        "registration_id": 7,
        "series_id": 1,
        "link_version": 1,
        "version": 1,
        "number": "A-0123",
        "contact_name": people[0].name if people else "見本 花子",
        "contact_attends": True,
        "organisation": "",
        "email": "mihon@example.com",
        "email_may_fail": False,
        "telephone": "",
        "note": "",
        "locale": "ja",
        "channel": "web",
        "created_at": datetime(2026, 6, 1, tzinfo=UTC),
        "arranged_version": 0,
        "people": people,
    }
    return Signup(**{**given, **more})


def answer(participant_id: int | None, choice_id: int, question_id: int = 5) -> AnswerView:
    """A chosen answer."""
    return AnswerView(
        question_id=question_id,
        participant_id=participant_id,
        choice_id=choice_id,
        text="",
        held=True,
    )
