"""“Send me my link again”, on both databases."""

import os
import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event as sql_event
from sqlalchemy import func, select, update
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from app.base.clock import now
from app.db import db, lock, transaction
from app.events import samples
from app.events.models import Event
from app.mail.models import OutboxLetter
from app.mail.stop import Stop
from app.registration.again import service as again
from app.registration.links import manage_url
from app.registration.models import Booking, LinkRequest, Participant, Registration
from tests.conftest import MakeApp, browser, count_queries
from tests.factories import make_event, make_series, make_signups

SNAPSHOTS = Path(__file__).resolve().parents[2] / "snapshots/mail"
KNOWN = "mihon0@example.com"
MOMENT = datetime(2026, 5, 18, 1, 24, tzinfo=UTC)


def open_form(client: FlaskClient) -> str:
    found = re.search(r'name="token" value="([^"]+)"', client.get("/link").text)
    assert found
    return found[1]


def ask(client: FlaskClient, email: str = KNOWN, lang: str = "", **changes: str) -> TestResponse:
    data = {"email": email, "token": open_form(client), "step": "send", **changes}
    return client.post(f"/link{lang}", data=data)


def work() -> list[OutboxLetter]:
    """Let the worker do its duty; all letters there are."""
    again.answer_tick(Stop())
    found = list(db.session.scalars(select(OutboxLetter).order_by(OutboxLetter.id)))
    db.session.remove()
    return found


def requests() -> int:
    db.session.remove()
    return db.session.scalar(select(func.count(LinkRequest.id))) or 0


def test_a_known_address_gets_its_link(client: FlaskClient) -> None:
    make_event()
    (one,) = make_signups(make_event("betsu"), 1)
    answer = ask(client, "ｍihon0 @EXAMPLE.com")
    assert (answer.status_code, answer.location) == (303, "/link/sent")
    assert client.get(answer.location).status_code == 200
    (letter,) = work()
    assert letter.to_address == KNOWN
    assert (letter.purpose, letter.registration_id) == ("link_again", one)
    assert f"\n{manage_url(one, 1)}\n" in letter.body
    assert "A-0001" in letter.body
    assert letter.unsubscribe_url == ""
    assert requests() == 0
    assert len(work()) == 1


def test_the_answer_and_the_work_are_the_same_for_every_address(
    app: Flask, client: FlaskClient
) -> None:
    make_signups(make_event(), 1)
    seen, sent = [], []
    for email in (KNOWN, "nai@example.com"):
        token = open_form(client)
        with count_queries(app) as statements:
            answer = client.post("/link", data={"email": email, "token": token})
        seen.append((answer.status_code, answer.location, client.get(answer.location).text))
        sent.append(statements)
    assert seen[0] == seen[1]
    assert sent[0] == sent[1]
    assert db.session.scalar(select(func.count(OutboxLetter.id))) == 0, "the page writes to nobody"
    assert len(work()) == 1
    assert requests() == 0


def test_one_letter_names_every_sign_up_of_the_address(client: FlaskClient) -> None:
    first, second = make_event("asa"), make_event("hiru")
    office = {"email": "jimusho@example.com", "email_key": "jimusho@example.com"}
    ids = make_signups(first, 2, **office) + make_signups(second, 1, first=2, **office)
    make_signups(first, 1, first=3)
    ask(client, "jimusho@example.com")
    ask(client, "jimusho@example.com")
    (letter,) = work()
    assert letter.registration_id is None
    assert all(manage_url(one, 1) in letter.body for one in ids)
    assert letter.body.count("/r/") == 3
    assert letter.body.index("A-0001") < letter.body.index("A-0002")


def test_what_is_over_cancelled_or_a_duplicate_is_left_out(client: FlaskClient) -> None:
    event = make_event()
    over = make_event("owari", starts_in=timedelta(days=-3), lasts=timedelta(hours=2))
    mine = {"email": KNOWN, "email_key": KNOWN}
    for state in ("cancelled", "duplicate"):
        make_signups(event, 1, state=state, **mine)
    make_signups(over, 1, **mine)
    ask(client)
    assert work() == []
    (waiting,) = make_signups(event, 1, state="waiting", **mine)
    (undated,) = make_signups(make_event("mitei", starts_in=None), 1, **mine)
    ask(client)
    (letter,) = work()
    assert letter.body.count("/r/") == 2
    assert manage_url(waiting, 1) in letter.body
    assert manage_url(undated, 1) in letter.body


def test_a_meeting_under_way_is_not_over(client: FlaskClient) -> None:
    now_on = make_event(starts_in=timedelta(hours=-1), lasts=timedelta(hours=2))
    make_signups(now_on, 1)
    ask(client)
    assert len(work()) == 1


def test_only_the_meetings_that_the_sign_up_still_has_are_named(client: FlaskClient) -> None:
    series = make_series("hi")
    asa = make_event("asa", series_id=series)
    hiru = make_event("hiru", series_id=series, starts_in=timedelta(days=41))
    (one,) = make_signups(asa, 1)
    with transaction() as session:
        participant = session.scalars(
            select(Participant.id).where(Participant.registration_id == one)
        ).one()
        session.put(
            Booking(
                participant_id=participant,
                registration_id=one,
                event_id=hiru,
                way="venue",
                state="cancelled",
                created_at=now(),
                sort_key="",
                search_key="",
            )
        )
    ask(client)
    (letter,) = work()
    assert letter.body.count("会合: ") == 1
    with transaction() as session:
        session.execute(update(Booking).values(state="confirmed"))
    ask(client)
    assert work()[-1].body.count("会合: ") == 2


def test_a_link_that_the_office_replaced_is_sent_as_it_is_now(client: FlaskClient) -> None:
    (one,) = make_signups(make_event(), 1)
    with transaction() as session:
        session.execute(update(Registration).values(link_version=4))
    ask(client)
    assert manage_url(one, 4) in work()[0].body


def test_a_thousand_requests_for_one_address_make_three_letters(client: FlaskClient) -> None:
    make_signups(make_event(), 1)
    token = open_form(client)
    codes = set()
    for number in range(1000):
        client.environ_base["REMOTE_ADDR"] = f"192.0.{number // 250}.{number % 250}"
        answer = client.post("/link", data={"email": KNOWN, "token": token})
        codes.add((answer.status_code, answer.location))
        if number % 2 == 0 and number < 20:
            work()
    assert codes == {(303, "/link/sent")}
    assert 1 <= len(work()) <= 3
    with time_machine.travel(now() + timedelta(hours=1, minutes=1)):
        before = len(work())
        ask(client)
        assert len(work()) == before + 1


def test_too_many_from_one_source_keeps_what_was_typed(make_app: MakeApp) -> None:
    app = make_app(limit_links="2 per hour")
    with app.app_context():
        client = browser(app, use_cookies=False)
        codes = [ask(client, f"mihon{n}@example.com").status_code for n in range(3)]
        answer = ask(client, "rei@example.com")
        assert requests() == 2
    assert codes == [303, 303, 429]
    assert int(answer.headers["Retry-After"]) > 0
    assert 'value="rei@example.com"' in answer.text
    assert "03-0000-0000" in answer.text


@pytest.mark.parametrize(
    ("email", "said"),
    [
        ("", "メールアドレスを入力してください"),
        ("mihon", "メールアドレスを確かめてください"),
        ("mihon@gmail.con", "mihon@gmail.com の打ち間違いではありませんか"),
        ("a" * 300 + "@example.com", "254文字"),
        ("a@example.com\x00", "読み取れない文字"),
    ],
)
def test_bad_input_says_what_to_do(client: FlaskClient, email: str, said: str) -> None:
    answer = ask(client, email)
    assert answer.status_code == 422
    assert said in answer.text
    assert "<title>エラー:" in answer.text
    assert requests() == 0


def test_a_suggested_address_is_taken_by_its_button(client: FlaskClient) -> None:
    page = ask(client, "mihon@gmail.con", fix_email="mihon@gmail.com")
    assert page.status_code == 200
    assert 'value="mihon@gmail.com"' in page.text
    assert requests() == 0


def test_a_form_of_another_site_or_an_old_one_does_nothing(client: FlaskClient) -> None:
    old = ask(client, token="abc")
    assert old.status_code == 422
    assert f'value="{KNOWN}"' in old.text
    foreign = client.post(
        "/link", data={"email": KNOWN}, headers={"Origin": "https://other.example.com"}
    )
    assert foreign.status_code == 403
    assert requests() == 0


def test_a_busy_database_is_said_and_what_was_typed_is_kept(client: FlaskClient) -> None:
    token = open_form(client)

    def fail(_c: object, _cur: object, statement: str, *_rest: object) -> None:
        if statement.startswith("INSERT INTO link_request "):
            raise OperationalError(statement, None, Exception("disk I/O error"))

    sql_event.listen(db.engine, "before_cursor_execute", fail)
    try:
        answer = client.post("/link", data={"email": KNOWN, "token": token})
    finally:
        sql_event.remove(db.engine, "before_cursor_execute", fail)
    assert answer.status_code == 503
    assert f'value="{KNOWN}"' in answer.text


def make_requests(count: int) -> None:
    with transaction() as session:
        for n in range(count):
            email = f"mihon{n}@example.com"
            session.put(LinkRequest(email=email, email_key=email, locale="ja", created_at=now()))


def test_a_tick_that_breaks_is_done_again_whole(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_signups(make_event(), 12)
    make_requests(12)
    monkeypatch.setattr(again, "BATCH", 5)
    post = again.outbox.post_many
    calls: list[int] = []

    def breaking(session: object, made: list[object], moment: object) -> None:
        post(session, made, moment)  # type: ignore[arg-type]
        calls.append(len(made))
        if len(calls) == 2:
            raise RuntimeError("the plug was pulled")

    monkeypatch.setattr(again.outbox, "post_many", breaking)
    with pytest.raises(RuntimeError):
        again.answer_tick(Stop())
    assert requests() == 7
    made = work()
    assert len(made) == len({one.to_address for one in made}) == 11  # the seventh has no address
    assert requests() == 0


def test_two_workers_answer_each_request_once(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    make_signups(make_event(), 40)
    make_requests(40)
    monkeypatch.setattr(again, "BATCH", 5)

    def run(_at: int) -> None:
        with app.app_context():
            again.answer_tick(Stop())

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(run, range(4)))
    made = work()
    assert len(made) == len({one.to_address for one in made}) == 35
    assert requests() == 0


def test_a_link_that_is_just_being_renewed_is_waited_for(app: Flask) -> None:
    """The letter is made between two steps of the office's transaction, which then commits."""
    (one,) = make_signups(make_event(), 1)
    make_requests(1)
    begun, go_on = threading.Event(), threading.Event()

    def renew() -> None:
        with app.app_context(), transaction() as session:
            (row,) = lock(session, {Registration: [one]})[Registration]
            begun.set()
            go_on.wait(10)
            row.link_version += 1

    def answer() -> None:
        with app.app_context():
            again.answer_tick(Stop())

    with ThreadPoolExecutor(2) as pool:
        office = pool.submit(renew)
        assert begun.wait(10)
        worker = pool.submit(answer)
        time.sleep(0.3)  # enough to make a letter, were it not waiting
        go_on.set()
        office.result(10)
        worker.result(10)
    (letter,) = work()
    assert manage_url(one, 2) in letter.body


def test_the_work_does_not_grow_with_the_requests(app: Flask) -> None:
    make_signups(make_event(), 40)
    counted = []
    for count in (1, 40):
        make_requests(count)
        with count_queries(app) as statements:
            work()
        counted.append(len(statements))
    assert counted[0] == counted[1]


@pytest.mark.parametrize(("locale", "count"), [("ja", 1), ("ja", 2), ("en", 2)])
def test_the_letter(app: Flask, client: FlaskClient, locale: str, count: int) -> None:
    with time_machine.travel(MOMENT, tick=False):
        samples.load(MOMENT, as_announced=True)
        event = db.session.scalars(select(Event.id).where(Event.slug == "wnj-30-soukai")).one()
        for n in range(count):
            make_signups(event, 1, first=n, email=KNOWN, email_key=KNOWN)
        ask(client, lang=f"?lang={locale}")
        (letter,) = work()
    text = f"{letter.subject}\n\n{letter.body}"
    file = SNAPSHOTS / f"link_again-{locale}-{count}.txt"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")
