"""A letter to very many, started over HTTP, while people go on signing up.

The office writes and starts it at a served product. What the worker does to make its letters runs
in this process, so that each transaction is timed from its first moment to its commit.
"""

import gc
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

from flask import Flask
from sqlalchemy import Engine, event, func, select

from app.auth import service as accounts
from app.db import db
from app.db.session import WriteSession
from app.events.models import Event
from app.mail.models import OutboxLetter
from app.reminders.making import make_letters_tick
from app.reminders.models import Campaign
from tests.bench.places import Database, application, databases
from tests.campaigns import Stop
from tests.factories import make_signups
from tests.pages import filled_in
from tests.serving import ROOT, SECRET_KEY, gunicorn

LETTERS = 10_000
EMAIL, PASSWORD = "mihon@example.com", "a-password-for-tests"
VISITORS, SECONDS = 4, 15.0
MANY = "100000000 per hour"


class Office:
    """Somebody of the office at a browser without scripts; how long each page took, in seconds."""

    def __init__(self, port: int) -> None:
        self.base = f"http://127.0.0.1:{port}"
        self.opener = build_opener(HTTPCookieProcessor(CookieJar()))
        self.times: dict[str, float] = {}

    def open(self, name: str, path: str, values: Mapping[str, str] | None = None) -> Any:
        """Get a page, or send a form; the answer after redirects."""
        body = urlencode(values).encode() if values is not None else None
        request = Request(self.base + path, body, {"Origin": self.base})  # noqa: S310  # our own
        began = time.perf_counter()
        with self.opener.open(request) as answer:
            answer.text = answer.read().decode()
        self.times[name] = time.perf_counter() - began
        return answer

    def log_in(self) -> None:
        """Open a session."""
        page = self.open("", "/office/login")
        values = {**filled_in(page.text), "email": EMAIL, "password": PASSWORD}
        self.open("", "/office/login", values)

    def send(self, slug: str) -> None:
        """Write to all confirmed people of a meeting, and start."""
        path = f"/office/events/{slug}/reminders/new"
        page = self.open("page to write on", path)
        values = {**filled_in(page.text), "to": "confirmed", "step": "check"}
        page = self.open("draft stored, question shown", path, values)
        question = page.url.removeprefix(self.base)
        self.open("started", question, {**filled_in(page.text), "step": "now"})


@contextmanager
def held(engine: Engine) -> Iterator[list[float]]:
    """The seconds that each transaction of this process holds the database."""
    began, found = [0.0], list[float]()

    def begin(_connection: object) -> None:
        began.append(time.perf_counter())

    def committed(_session: object) -> None:
        found.append(time.perf_counter() - began[-1])

    event.listen(engine, "begin", begin)  # after ours, which waits for the place of the writer
    event.listen(WriteSession, "after_commit", committed)
    try:
        yield found
    finally:
        event.remove(engine, "begin", begin)
        event.remove(WriteSession, "after_commit", committed)


def make_all(app: Flask, count: int) -> tuple[list[float], float]:
    """Make the letters as the worker does; its transactions and the whole, in seconds."""
    with app.app_context(), held(db.engine) as found:
        began = time.perf_counter()
        while db.session.scalar(select(Campaign.state)) == "making":
            make_letters_tick(Stop())
        took = time.perf_counter() - began
        made = db.session.scalar(select(func.count()).where(OutboxLetter.campaign_id.is_not(None)))
        db.session.close()
    assert made is not None, "no letter"
    assert made >= count, made  # who signed up before the start gets one, too
    return found, took


@contextmanager
def signing_up(port: int, slug: str) -> Iterator[dict[str, list[float]]]:
    """Let visitors sign up one after another meanwhile; their times by step, in seconds."""
    plan = {
        "port": port, "kind": "whole", "path": f"/events/{slug}/register",
        "clients": VISITORS, "seconds": SECONDS, "key": SECRET_KEY,
    }  # fmt: skip
    command, times = [sys.executable, "-m", "tests.bench.load"], dict[str, list[float]]()
    with subprocess.Popen(
        command, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        process.stdin.write(json.dumps(plan))
        process.stdin.close()
        process.stdin = None
        yield times
        told, _none = process.communicate()
        assert process.returncode == 0, told
        times.update(json.loads(told)["times"])


def run(name: str, letters: int) -> None:
    """Print what a letter to ``letters`` people took on 'sqlite' or 'postgresql'."""
    with databases(name) as (_floor, product), tempfile.TemporaryDirectory() as folder:
        app = application(product.url, Path(folder))
        _fill(app, product, letters)
        gc.collect()
        gc.freeze()  # as the worker does
        with gunicorn("wsgi:app", product.url, limit_signups=MANY) as server:
            office = Office(server.port)
            office.log_in()
            with signing_up(server.port, product.slug) as times:
                time.sleep(1)
                office.send(product.slug)
                found, took = make_all(app, letters)
        with app.app_context():
            db.engine.dispose()
    found.sort()
    print(f"\n{name}: a letter to {letters:,} people, {VISITORS} visitors signing up meanwhile")
    for page, seconds in office.times.items():
        if page:
            print(f"  {page:<42}{seconds * 1000:9.0f} ms")
    print(
        f"  letters made in {took:.1f} s by {len(found)} transactions: "
        f"{found[len(found) // 2] * 1000:.0f} ms the middle one, {found[-1] * 1000:.0f} the longest"
    )
    done = sorted(times["complete"])
    print(
        f"  {len(done):,} sign-ups meanwhile, none refused; completing: "
        f"{done[len(done) // 2] * 1000:.0f} ms the middle one, {done[-1] * 1000:.0f} the longest",
        flush=True,
    )


def _fill(app: Flask, product: Database, letters: int) -> None:
    with app.app_context():
        accounts.create_account(email=EMAIL, name="見本", password=PASSWORD, role="organiser")
        meeting = db.session.scalar(select(Event.id).where(Event.slug == product.slug))
        assert meeting is not None
        make_signups(meeting, letters)
        if product.url.startswith("postgresql"):
            with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as line:
                line.execute(db.text("VACUUM ANALYZE"))
        db.session.remove()
