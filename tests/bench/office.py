"""The office's list and search with few and with very many sign-ups."""

import re
import statistics
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert

from app.auth import service as accounts
from app.base.clock import now
from app.db import db, transaction
from app.mail.models import OutboxLetter
from app.registration.models import Answer, Attendance, Booking
from tests.bench.places import application, databases
from tests.conftest import browser
from tests.entries import make_question
from tests.factories import make_event, make_series, make_signups

SIZES = (1_000, 100_000)
TIMES = 30
CSRF = re.compile(r'name="csrf_token"[^>]* value="([^"]+)"')
AFTER = re.compile(r'href="([^"]*[?&;]after=\d+[^"]*)"')
PERSON = re.compile(r'class="name"><a href="([^"]+)"')
EMAIL, PASSWORD = "mihon@example.com", "a-password-for-tests"
HALF, LETTERS = 2, 97
"""Every second has come and chose lunch; the letter of every ninety-seventh failed."""
# What is looked for: nearly everybody, every fifty-sixth, one person, nobody.
SEARCHES = {
    "search: most fit": "見本",
    "search: one in 56": "例山 美咲",
    "search: one person": "mihon{last}@example.com",
    "search: nobody fits": "存在しない",
}


@dataclass(frozen=True)
class Meeting:
    """A meeting with its afternoon, and what its people were asked."""

    slug: str
    size: int
    lunch: int
    yes: int


class List:
    """The lists of one meeting and its day, asked for in this process as a browser would."""

    def __init__(self, client: FlaskClient, meeting: Meeting) -> None:
        self.client, self.meeting = client, meeting
        self.base = f"/office/events/{meeting.slug}"
        self.path = f"{self.base}/registrations"
        self.day = f"{self.base}/day/registrations"

    def pages(self) -> dict[str, str]:
        """The addresses to be measured."""
        found = {"first page": self.path, "20th page": self._page(self.path)}
        found["by time, newest"] = f"{self.path}?sort=newest"
        found["by organisation"] = f"{self.path}?sort=organisation"
        found["a person's page"] = self._person()
        for name, words in SEARCHES.items():
            found[name] = self._search(self.path, words.format(last=self.meeting.size - 2))
        found["search, newest first"] = f"{found['search: one person']}&sort=newest"
        found["search, by organisation"] = f"{found['search: one person']}&sort=organisation"
        for name, condition in self._filters().items():
            found[f"filter: {name}"] = f"{self.path}?{condition}"
            found[f"found by it: {name}"] = f"{self.base}/totals?part=people&{condition}"
            for part in ("answers", "organisations"):
                found[f"{part}: {name}"] = f"{self.base}/totals?part={part}&{condition}"
        found["totals"] = f"{self.base}/totals"
        found["organisations"] = f"{self.base}/organisations"
        found["day: first page"] = self.day
        found["day: 20th page"] = self._page(self.day)
        found["day: search: one in 56"] = self._search(self.day, SEARCHES["search: one in 56"])
        found["day: totals"] = f"{self.base}/day/totals"
        found["day: organisations"] = f"{self.base}/day/organisations"
        return found

    def _filters(self) -> dict[str, str]:
        question, choice = self.meeting.lunch, self.meeting.yes
        return {
            "cancelled (none)": "state=cancelled",
            "by fax (none)": "channel=fax",
            "lunch: yes (half)": f"answer={question}:{choice}",
            "lunch: not answered (half)": f"answer={question}:none",
            "letter failed (one in 97)": "letters=failed",
            "all letters gone": "letters=accepted",
            "no letter (none)": "letters=none",
            "has come (half)": "arrived=yes",
            "has not come (half)": "arrived=no",
        }

    def _person(self) -> str:
        found = PERSON.search(self.client.get(self.path).text)
        assert found
        return found.group(1)

    def _search(self, path: str, words: str) -> str:
        """Where typing ``words`` leads."""
        token = CSRF.search(self.client.get(path).text)
        assert token
        answer = self.client.post(path, data={"csrf_token": token.group(1), "q": words})
        assert answer.status_code == 303
        return answer.location

    def _page(self, path: str) -> str:
        """Where following "next" again and again leads: to the 20th page."""
        for _ in range(19):
            found = AFTER.search(self.client.get(path).text)
            if found is None:
                break
            path = found.group(1).replace("&amp;", "&")
        return path

    def times(self, path: str) -> tuple[float, float]:
        """p50 and p95 in milliseconds."""
        taken = []
        for _ in range(TIMES):
            began = time.perf_counter()
            answer = self.client.get(path)
            taken.append((time.perf_counter() - began) * 1000)
            assert answer.status_code == 200, (path, answer.status_code)
        taken.sort()
        return statistics.median(taken), taken[int(TIMES * 0.95)]


def run(name: str) -> None:
    """Print the tables of one kind of database ('sqlite', 'postgresql')."""
    with databases(name) as (_floor, product), tempfile.TemporaryDirectory() as folder:
        app = application(product.url, Path(folder))
        with app.app_context():
            accounts.create_account(email=EMAIL, name="見本", password=PASSWORD, role="organiser")
            meetings = [_fill(size) for size in SIZES]
            if name == "postgresql":
                with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as line:
                    line.execute(db.text("VACUUM ANALYZE"))
        client = _log_in(app)
        _lists(name, client, meetings)
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def _log_in(app: Flask) -> FlaskClient:
    client = browser(app, use_cookies=True)
    token = CSRF.search(client.get("/office/login").text)
    assert token
    values = {"email": EMAIL, "password": PASSWORD, "csrf_token": token.group(1)}
    assert client.post("/office/login", data=values).status_code == 302
    return client


def _fill(size: int) -> Meeting:
    """A day of two meetings: everybody in the morning, half of them in the afternoon, too."""
    series_id = make_series(f"size-{size}")
    morning = make_event(f"size-{size}", series_id=series_id, venue=None)
    afternoon = make_event(f"size-{size}-pm", series_id=series_id, venue=None)
    lunch, (yes, _no) = make_question(morning)
    signups = make_signups(morning, size)
    with transaction() as session:
        columns = [
            column
            for column in Booking.__table__.columns
            if column.name not in {"id", "event_id", "duplicate_of", "queued_at"}
        ]
        rows = session.execute(
            db.select(Booking.id, *columns).where(Booking.event_id == morning).order_by(Booking.id)
        ).mappings()
        found = [dict(row) for row in rows]
        half = found[::HALF]
        come = [{"booking_id": row.pop("id"), "kind": "in"} for row in half]
        session.execute(insert(Booking), [{**row, "event_id": afternoon} for row in half])
        moments = {"at": now(), "recorded_at": now()}
        session.execute(insert(Attendance), [{**row, **moments} for row in come])
        answered = {"question_id": lunch, "choice_id": yes, "held": True}
        people = ("registration_id", "participant_id")
        session.execute(
            insert(Answer), [{**answered, **{name: row[name] for name in people}} for row in half]
        )
        session.execute(insert(OutboxLetter), [_letter(i, n) for n, i in enumerate(signups)])
    return Meeting(f"size-{size}", size, lunch, yes)


def _letter(registration_id: int, n: int) -> dict[str, object]:
    return {
        "key": f"bench:{registration_id}",
        "registration_id": registration_id,
        "purpose": "confirmed",
        "subject": "【受付完了】見本の総会",
        "body": "見本 様\n" * 100,
        "invites": [],
        "state": "accepted" if n % LETTERS else "failed",
        "created_at": now(),
        "due_at": now(),
    }


def _lists(name: str, client: FlaskClient, meetings: list[Meeting]) -> None:
    small, large = SIZES
    print(f"\n{name}: the office's list, {TIMES} times each, in this process, in ms")
    print(f"  {'':<34}{f'{small:,}: p50':>14}{'p95':>8}{f'{large:,}: p50':>14}{'p95':>8}")
    lists = [List(client, meeting) for meeting in meetings]
    pages = [one.pages() for one in lists]
    for page in pages[0]:
        cells = [lists[n].times(pages[n][page]) for n in range(len(lists))]
        told = "".join(f"{p50:14.1f}{p95:8.1f}" for p50, p95 in cells)
        print(f"  {page:<34}{told}", flush=True)
