"""Whole letters, compared with files that people can read (UPDATE_SNAPSHOTS=1 writes them anew)."""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app.base.furigana import in_brackets
from app.mail.letter import Letter
from app.registration.invitations import letters as invitation_letters
from app.registration.invitations.models import Invitation
from app.registration.letters import letters, snapshots
from app.registration.letters.letters import Why
from app.texts.letters import NONE, Texts
from tests import facts
from tests.conftest import settings_for
from tests.facts import AFTERNOON, lunch, meeting, offer, person, signup

SNAPSHOTS = Path(__file__).resolve().parents[2] / "snapshots/mail"
ONLINE = "https://meeting.example.com/j/000-0000-000"
PERSON, OFFICE, QUEUE = Why(actor="person"), Why(actor="office", reason="会場の都合です。"), "queue"
BOTH = ((1, "venue", "confirmed"), (2, "venue", "confirmed"))
HANAKO = person(1, "見本 花子", *BOTH)
GROUP = (
    HANAKO,
    person(2, "見本 太郎", (1, "online", "confirmed"), (2, "online", "confirmed")),
    person(3, "例 一郎", (1, "venue", "confirmed"), (2, "venue", "waiting", 2)),
)
ASKING = (
    person(1, "見本 花子", (1, "venue", "confirmed"), (2, "venue", "requested")),
    person(2, "見本 太郎", (2, "venue", "requested")),
)
UNDATED: dict[str, Any] = {"spans": (), "change_until": None}
SIGN = lunch(id=6, asked="signup", is_arrangement=True, required=False, label="手話通訳")
LIMITED = lunch(choices=tuple(replace(one, places=50) for one in lunch().choices))

TEXTS: Texts = NONE
"""How the office words them; tests set it."""


@pytest.fixture(scope="module")
def plain_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    from app.factory import create_app

    folder = tmp_path_factory.mktemp("letters")
    app = create_app(settings_for(f"sqlite:///{folder / 'none.db'}", folder))
    with app.app_context():
        yield app


def shown(letter: Letter | None, name: str) -> None:
    assert letter is not None
    text = in_brackets(f"{letter.subject}\n\n{letter.body}")
    file = SNAPSHOTS / f"{name}.txt"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")


def told(before: Any, after: Any, why: Why = PERSON, **more: Any) -> Letter | None:
    """The letter between two states; ``before`` None where nothing was told."""
    old, new = more.pop("old", None), more.pop("new", None) or offer()
    snapshot = None if before is None else snapshots.take(before, old or new)
    return letters.told(after, new, snapshot, why, TEXTS)


def invited(locale: str, places: int | None) -> Letter:
    """The letter with a link of invitation."""
    row = Invitation(id=7, label="見本 花子", email="mihon@example.com", locale=locale, sent=1)
    row.places = places
    return invitation_letters.invitation(row, meeting(1, locale), TEXTS)


CASES: dict[str, Callable[[], Letter | None]] = {
    "confirmed-ja-venue": lambda: told(None, signup(HANAKO), new=offer(meeting(1))),
    "confirmed-ja-online": lambda: told(
        None,
        signup(person(1, "見本 花子", (1, "online", "confirmed"))),
        new=offer(meeting(1, online_url=ONLINE)),
    ),
    "confirmed-ja-group": lambda: told(
        None,
        signup(
            *GROUP,
            arranged_version=1,
            answers=(facts.answer(1, 51), facts.answer(3, 52), facts.answer(None, 51, 6)),
        ),
        new=offer(questions=(lunch(), SIGN)),
    ),
    "confirmed-ja-by-another": lambda: told(
        None, signup(HANAKO, contact_name="見本 事務", contact_attends=False)
    ),
    "confirmed-ja-markup": lambda: told(
        None,
        signup(person(1, "<b>{{ 7*7 }}</b> & %(name)s", (1, "venue", "confirmed"))),
        new=offer(meeting(1)),
    ),
    "confirmed-en-group": lambda: told(None, signup(*GROUP, locale="en"), new=offer(locale="en")),
    "confirmed-easy-venue": lambda: told(
        None, signup(HANAKO, locale="easy"), new=offer(meeting(1))
    ),
    "waiting-ja": lambda: told(
        None, signup(person(1, "見本 花子", (1, "venue", "waiting", 3))), new=offer(meeting(1))
    ),
    "waiting-en": lambda: told(
        None,
        signup(person(1, "Hanako Mihon", (1, "venue", "waiting", 3)), locale="en"),
        new=offer(meeting(1, "en"), locale="en"),
    ),
    "invitation-ja": lambda: invited("ja", places=1),
    "invitation-en": lambda: invited("en", places=5),
    "invitation-easy": lambda: invited("easy", places=None),
    "requested-ja": lambda: told(
        None, signup(person(1, "見本 花子", (1, "venue", "requested"))), new=offer(meeting(1))
    ),
    "requested-en": lambda: told(
        None,
        signup(person(1, "Hanako Mihon", (1, "venue", "requested")), locale="en"),
        new=offer(meeting(1, "en"), locale="en"),
    ),
    "requested-easy": lambda: told(
        None,
        signup(person(1, "見本 花子", (1, "venue", "requested")), locale="easy"),
        new=offer(meeting(1)),
    ),
    "requested-ja-one-of-two": lambda: told(
        None,
        signup(person(1, "見本 花子", (1, "venue", "confirmed"), (2, "venue", "requested"))),
    ),
    "approved-ja": lambda: told(
        signup(*ASKING),
        signup(HANAKO, person(2, "見本 太郎", (2, "venue", "waiting", 1)), version=2),
        Why(actor="approving", reason="代議員の方は3名までです。"),
    ),
    "approved-en": lambda: told(
        signup(person(1, "Hanako Mihon", (1, "venue", "requested")), locale="en"),
        signup(person(1, "Hanako Mihon", (1, "venue", "confirmed")), locale="en", version=2),
        Why(actor="approving"),
        new=offer(meeting(1, "en"), locale="en"),
    ),
    "declined-ja": lambda: told(
        signup(person(1, "見本 花子", (1, "venue", "requested"))),
        signup(person(1, "見本 花子", (1, "venue", "declined")), version=2),
        Why(actor="declining", reason="会員の方の会です。"),
        new=offer(meeting(1)),
    ),
    "declined-ja-rest": lambda: told(
        signup(*ASKING),
        signup(
            person(1, "見本 花子", (1, "venue", "confirmed"), (2, "venue", "declined")),
            person(2, "見本 太郎", (2, "venue", "declined")),
            version=2,
        ),
        Why(actor="declining"),
    ),
    "declined-en": lambda: told(
        signup(person(1, "Hanako Mihon", (1, "venue", "requested")), locale="en"),
        signup(person(1, "Hanako Mihon", (1, "venue", "declined")), locale="en", version=2),
        Why(actor="declining"),
        new=offer(meeting(1, "en"), locale="en"),
    ),
    "moved-up-ja": lambda: told(
        signup(*GROUP),
        signup(*GROUP[:2], person(3, "例 一郎", *BOTH), version=2),
        Why(actor="queue", lost=(("例 一郎", "昼食のお弁当"),)),
    ),
    "moved-up-en": lambda: told(
        signup(person(1, "Hanako Mihon", (1, "venue", "waiting", 1)), locale="en"),
        signup(person(1, "Hanako Mihon", (1, "venue", "confirmed")), locale="en", version=2),
        Why(actor="queue", lost=(("Hanako Mihon", "Lunch box"),)),
        new=offer(meeting(1, "en"), locale="en"),
    ),
    "changed-ja": lambda: told(
        signup(*GROUP, answers=(facts.answer(1, 51),)),
        signup(
            person(1, "見本 花子", (1, "online", "confirmed"), (2, "venue", "confirmed")),
            person(2, "見本 次郎", (1, "online", "confirmed"), (2, "online", "cancelled")),
            GROUP[2],
            person(4, "例 二郎", (1, "venue", "confirmed")),
            version=2,
            telephone="090-0000-0000",
            arranged_version=2,
            answers=(facts.answer(1, 52), facts.answer(None, 51, 6)),
        ),
        new=offer(questions=(lunch(), SIGN)),
    ),
    "changed-en": lambda: told(
        signup(*GROUP, locale="en"),
        signup(*GROUP[:1], locale="en", version=2, email="other@example.com"),
        new=offer(locale="en"),
    ),
    "cancelled-ja": lambda: told(
        signup(HANAKO),
        signup(
            person(1, "見本 花子", (1, "venue", "cancelled"), (2, "venue", "cancelled")), version=2
        ),
    ),
    "cancelled-en": lambda: told(
        signup(HANAKO, locale="en"),
        signup(person(1, "見本 花子", (1, "venue", "cancelled")), locale="en", version=2),
        new=offer(locale="en"),
    ),
    "office-changed-ja": lambda: told(
        signup(*GROUP),
        signup(*GROUP, version=2),
        Why(actor="meeting", reason="会場の工事のためです。\nご不便をおかけします。"),
        old=offer(meeting(1, online_url=ONLINE), meeting(2)),
        new=offer(
            meeting(1, venue_name="例会館", online_url=ONLINE.replace("0", "1")),
            meeting(2, start=AFTERNOON + timedelta(hours=1)),
        ),
    ),
    "office-changed-en": lambda: told(
        signup(*GROUP, locale="en"),
        signup(*GROUP, locale="en", version=2),
        Why(actor="meeting"),
        old=offer(locale="en"),
        new=offer(
            meeting(1, "en", start=facts.MORNING + timedelta(days=1)),
            meeting(2, "en", status="cancelled"),
            locale="en",
        ),
    ),
    "office-changed-ja-date-taken-away": lambda: told(
        signup(HANAKO),
        signup(HANAKO, version=2),
        Why(actor="meeting", reason="会場の都合です。"),
        old=offer(meeting(1)),
        new=offer(meeting(1, **UNDATED)),
    ),
    **{
        f"office-changed-{locale}-one-date-taken-away": lambda locale=locale: told(
            signup(HANAKO, locale=locale),
            signup(HANAKO, locale=locale, version=2),
            Why(actor="meeting"),
            old=offer(locale=locale),
            new=offer(meeting(1, locale, **UNDATED), meeting(2, locale), locale=locale),
        )
        for locale in ("en", "easy")
    },
    "office-cancelled-ja": lambda: told(
        signup(HANAKO),
        signup(
            person(1, "見本 花子", (1, "venue", "cancelled"), (2, "venue", "cancelled")), version=2
        ),
        OFFICE,
    ),
    "office-cancelled-en": lambda: told(
        signup(HANAKO, locale="en"),
        signup(person(1, "見本 花子", (1, "venue", "cancelled")), locale="en", version=2),
        Why(actor="office", reason="You asked us by telephone."),
        new=offer(meeting(1, "en"), locale="en"),
    ),
    "called-off-ja": lambda: told(
        signup(HANAKO),
        signup(HANAKO, version=2),
        Why(actor="meeting", reason="台風のためです。"),
        old=offer(meeting(1)),
        new=offer(meeting(1, status="cancelled")),
    ),
    "called-off-en": lambda: told(
        signup(HANAKO, locale="en"),
        signup(HANAKO, locale="en", version=2),
        Why(actor="meeting"),
        old=offer(meeting(1, "en")),
        new=offer(meeting(1, "en", status="cancelled")),
    ),
    "queue-ended-ja": lambda: told(
        signup(person(1, "見本 花子", (1, "venue", "waiting", 3))),
        signup(person(1, "見本 花子", (1, "venue", "waiting", 3)), version=2),
        Why(actor="queue_end"),
        new=offer(meeting(1)),
    ),
    "queue-ended-en": lambda: told(
        None,
        signup(person(1, "Hanako Mihon", (1, "venue", "waiting", 3)), locale="en"),
        Why(actor="queue_end"),
        new=offer(meeting(1, "en"), locale="en"),
    ),
    "called-off-ja-one-of-two": lambda: told(
        signup(*GROUP),
        signup(*GROUP, version=2),
        Why(actor="meeting", reason="台風のためです。"),
        new=offer(meeting(1), meeting(2, status="cancelled")),
        old=offer(),
    ),
    "queue-ended-ja-group": lambda: told(
        signup(*GROUP),
        signup(*GROUP, version=2),
        Why(actor="queue_end", event_id=2),
    ),
    "confirmed-ja-limited-choice": lambda: told(
        None,
        signup(
            HANAKO,
            person(2, "例 一郎", (1, "venue", "waiting", 2)),
            answers=(facts.answer(1, 51), replace(facts.answer(2, 51), held=False)),
        ),
        new=offer(meeting(1, change_until=AFTERNOON), meeting(2), questions=(LIMITED,)),
    ),
    "changed-ja-one-alone": lambda: told(
        signup(person(1, "見本 花子", (1, "venue", "confirmed"))),
        signup(
            person(1, "見本 花子", (1, "online", "confirmed"), (2, "venue", "waiting", 4)),
            version=2,
            note="よろしくお願いします。",
        ),
    ),
    "changed-ja-role-alone": lambda: told(
        signup(person(1, "見本 花子", (1, "venue", "confirmed"))),
        signup(
            replace(
                person(1, "見本 花子", (1, "venue", "confirmed")),
                role="理事",
                organisation="www.example.com へ",
            ),
            version=2,
        ),
    ),
    **{
        f"changed-{locale}-details-of-one": lambda locale=locale: told(
            signup(*GROUP, locale=locale),
            signup(
                *GROUP[:1],
                replace(
                    GROUP[1], reading="みほん じろう", role="監事", organisation="03-0000-0000"
                ),
                *GROUP[2:],
                locale=locale,
                version=2,
            ),
            new=offer(locale=locale),
        )
        for locale in ("ja", "en", "easy")
    },
    "office-confirmed-ja": lambda: told(
        None, signup(HANAKO, channel="telephone"), Why(actor="office"), new=offer(meeting(1))
    ),
    "office-changed-ja-takes-place": lambda: told(
        signup(HANAKO),
        signup(HANAKO, version=3),
        Why(actor="meeting"),
        old=offer(meeting(1), meeting(2, status="cancelled")),
        new=offer(),
    ),
    "new-link-ja": lambda: told(
        None, signup(HANAKO, version=2, link_version=2), Why(actor="link"), new=offer(meeting(1))
    ),
    "new-link-en": lambda: told(
        None,
        signup(HANAKO, version=2, link_version=2, locale="en"),
        Why(actor="link"),
        new=offer(meeting(1, "en"), locale="en"),
    ),
    "already-ja": lambda: letters.already(
        signup(HANAKO, registration_id=8, number="A-0124"), signup(HANAKO), offer(), TEXTS
    ),
    "already-en": lambda: letters.already(
        signup(HANAKO, registration_id=8, number="A-0124", locale="en"),
        signup(HANAKO),
        offer(locale="en"),
        TEXTS,
    ),
}

CASES |= {
    f"address-changed-{locale}": lambda locale=locale: letters.address_changed(
        signup(*GROUP, locale=locale), 2, offer(locale=locale), TEXTS
    )
    for locale in ("ja", "en", "easy")
}


@pytest.mark.parametrize("name", CASES)
def test_the_letter(plain_app: Flask, name: str) -> None:
    shown(CASES[name](), name)


@pytest.mark.parametrize("name", CASES)
def test_letters_are_fit_to_be_read_aloud(plain_app: Flask, name: str) -> None:
    """One sentence a line, no ornamental lines, no gaps of more than one empty line."""
    letter = CASES[name]()
    assert letter is not None
    assert "\n\n\n" not in letter.body
    for line in letter.body.splitlines():
        assert line == line.strip()
        assert not line or any(c.isalnum() for c in line), "a line that says nothing"
        assert line.count("。") <= 1 or "工事" in line


NOTED, CHANGED, WITHDRAWN = "手配について承り", "手配の変更を承り", "手配は、取りやめに"


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [(0, True, NOTED), (1, True, CHANGED), (1, False, WITHDRAWN)],
)
def test_a_letter_tells_what_became_of_an_arrangement(
    plain_app: Flask, before: int, words: str, *, after: bool
) -> None:
    answers = (facts.answer(None, 51, 6),) if after else ()
    letter = told(
        signup(HANAKO, arranged_version=before),
        signup(HANAKO, version=2, arranged_version=2, answers=answers),
        new=offer(questions=(SIGN,)),
    )
    assert letter is not None
    assert [one for one in (NOTED, CHANGED, WITHDRAWN) if one in letter.body] == [words]


def test_an_arrangement_of_a_meeting_that_was_cancelled_is_not_arranged(plain_app: Flask) -> None:
    rest = person(1, "見本 花子", (1, "venue", "cancelled"), (2, "venue", "confirmed"))
    left = signup(rest, arranged_version=1, answers=(facts.answer(None, 51, 6),))
    first = letters.told(left, offer(questions=(SIGN,)), None, PERSON)
    assert first is not None
    assert "手配" not in first.body


def test_every_letter_is_complete_without_a_file(plain_app: Flask) -> None:
    carrier = signup(HANAKO, email="mihon@docomo.ne.jp")
    letter = letters.told(carrier, offer(), None, PERSON)
    ordinary = letters.told(signup(HANAKO), offer(), None, PERSON)
    assert letter is not None
    assert ordinary is not None
    assert letter.invites == ()
    assert [one.name for one in ordinary.invites] == ["meeting-1-A-0123", "meeting-2-A-0123"]
    answer = "カレンダーの「いいえ」では、取り消しになりません。\n"
    assert letter.body == ordinary.body.replace(answer, "") != ordinary.body


@pytest.mark.parametrize(
    "domain", ["docomo.ne.jp", "softbank.ne.jp", "ezweb.ne.jp", "city.mihon.lg.jp"]
)
def test_carriers_and_authorities_get_no_file(plain_app: Flask, domain: str) -> None:
    letter = letters.told(signup(HANAKO, email=f"mihon@{domain}"), offer(), None, PERSON)
    assert letter is not None
    assert letter.invites == ()


def test_the_letter_to_who_is_signed_up_already_tells_nothing_of_anybody(plain_app: Flask) -> None:
    again = person(1, "例 一郎", (2, "venue", "confirmed"))
    again = replace(again, bookings=(replace(again.bookings[0], is_duplicate=True),))
    first = signup(*GROUP, answers=(facts.answer(1, 51),))
    letter = letters.already(
        signup(again, registration_id=8, number="A-0124"), first, offer(questions=(lunch(),))
    )
    assert "キャンセル待ち" in letter.body, "the state of this person"
    for told_elsewhere in ("見本 太郎", "見本 花子", "お弁当", "第30回 見本総会", "A-0124"):
        assert told_elsewhere not in letter.body
    assert letter.invites == ()


def test_the_letter_to_the_old_address_has_no_link_and_nobody_else(plain_app: Flask) -> None:
    letter = letters.address_changed(signup(*GROUP), 2, offer())
    assert letter.key == "address_changed:7:2"
    assert letter.snapshot is None
    for told_elsewhere in ("見本 太郎", "例 一郎", "http", "/r/"):
        assert told_elsewhere not in letter.body


def test_changed_and_changed_back_is_no_letter(plain_app: Flask) -> None:
    assert told(signup(HANAKO), signup(HANAKO, version=3)) is None


def test_after_promotion_no_letter_speaks_of_a_queue(plain_app: Flask) -> None:
    over = offer(meeting(1, promoting=False))
    waiting = signup(person(1, "見本 花子", (1, "venue", "waiting", 1)))
    letter = told(waiting, replace(waiting, telephone="03-0000-0000", version=2), new=over)
    assert letter is not None
    assert "お席をご用意できませんでした。" in letter.body
    assert "キャンセル待ち" not in letter.body
