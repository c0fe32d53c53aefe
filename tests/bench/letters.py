"""Letters through the product, beside the shortest loop over Flask-Mail, and bare smtplib.

All three send letters of the same text to the same server over one connection. The loop composes
each by Flask-Mail and keeps no record; bare smtplib sends bytes that are ready.
"""

import argparse
import logging
import smtplib
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from flask_mail import Mail, Message
from sqlalchemy import func, select

from app.base.clock import now
from app.db import db, transaction
from app.mail.letter import LATER, Letter
from app.mail.models import OutboxLetter
from app.mail.outbox import post_many
from tests.bench.places import application, databases
from tests.bench.smtpd import MailServer, Taken, mail_server
from tests.faults.workers import workers
from tests.serving import ROOT

LETTERS, ROUNDS, BATCH = 10_000, 5, 200
OFFICE = ("WNJ 事務局", "tsudoi@example.com")
SUBJECT = "【お知らせ】見本の会 第20回定期総会が近づきました"
BODY = (
    "見本 花子{n} 様\n\n"
    + (
        "このたびは総会へお申し込みいただき、ありがとうございます。\n"
        "当日の日時と会場は次のとおりです。受付で受付番号をお伝えください。\n"
        "ご都合が悪くなったときは、下のリンクからお知らせください。\n"
        "https://meetings.example.org/r/mihon-mihon-mihon-mihon-mihon-mihon\n\n"
    )
    * 3
)


def letter(n: int, round_: int = 0) -> Letter:
    """A letter as campaigns make them."""
    return Letter(
        key=f"bench:{round_}:{n}",
        purpose="reminder",
        to_address=f"mihon{n}@example.com",
        to_name=f"見本 花子{n}",
        locale="ja",
        subject=SUBJECT,
        body=BODY.format(n=n),
        priority=LATER,
    )


def loop(port: int, count: int) -> None:
    """Compose and send with Flask-Mail as its documentation shows it."""
    app = _flask(port)
    with app.app_context(), app.extensions["mail"].connect() as connection:
        for n in range(count):
            connection.send(_composed(letter(n)))


def bare(port: int, count: int) -> None:
    """Send ready bytes."""
    with _flask(port).app_context():
        ready = _composed(letter(1)).as_bytes()
    with smtplib.SMTP("127.0.0.1", port) as talk:
        for n in range(count):
            talk.sendmail(OFFICE[1], [f"mihon{n}@example.com"], ready)


def _flask(port: int) -> Flask:
    app = Flask("floor")
    app.config.update(MAIL_SERVER="127.0.0.1", MAIL_PORT=port, MAIL_DEFAULT_SENDER=OFFICE)
    Mail(app)
    return app


def _composed(one: Letter) -> Message:
    return Message(
        one.subject,
        recipients=[(one.to_name, one.to_address)],
        body=one.body,
        reply_to=OFFICE[1],
        extra_headers={"Auto-Submitted": "auto-generated", "Content-Language": one.locale},
    )


KINDS: dict[str, Callable[[int, int], None]] = {"loop": loop, "bare": bare}


def in_a_process(kind: str, server: MailServer, count: int) -> Taken:
    """Let one of ``KINDS`` send in a process of its own."""
    command = [sys.executable, "-m", "tests.bench.letters", kind, str(server.port), str(count)]
    subprocess.run(command, cwd=ROOT, check=True)
    return server.count()


def by_worker(app: Flask, server: MailServer, url: str, folder: Path, count: int) -> Taken:
    """Start a worker and wait until all letters are accepted."""
    with app.app_context(), workers(url, server.port, folder, mail_timeout="20") as start:
        process = start()
        while _accepted() < count:
            assert process.poll() is None, "the worker ended"
            time.sleep(0.2)
        process.terminate()
        process.wait()
    return server.count()


def _accepted() -> int:
    query = select(func.count()).where(OutboxLetter.state == "accepted")
    try:
        return db.session.scalar(query) or 0
    finally:
        db.session.close()


def _post(app: Flask, count: int, round_: int) -> float:
    """Post letters as a campaign does; return the longest transaction in seconds."""
    longest = 0.0
    with app.app_context():
        for start in range(0, count, BATCH):
            made = [letter(n, round_) for n in range(start, min(count, start + BATCH))]
            began = time.perf_counter()
            with transaction() as session:
                post_many(session, made, now())
            longest = max(longest, time.perf_counter() - began)
    return longest


@contextmanager
def _product(name: str) -> Iterator[tuple[Flask, str, Path, Callable[[], None]]]:
    with databases(name) as (_floor, product), tempfile.TemporaryDirectory() as folder:
        app = application(product.url, Path(folder))
        yield app, product.url, Path(folder), product.empty
        with app.app_context():
            db.engine.dispose()


def run(name: str, letters: int, rounds: int) -> None:
    """Print the table of one kind of database ('sqlite', 'postgresql')."""
    count = letters // rounds
    rates: dict[str, list[float]] = {"loop": [], "product": [], "bare": []}
    longest = 0.0
    with mail_server() as server, _product(name) as (app, url, folder, empty):
        for round_ in range(rounds):
            empty()
            longest = max(longest, _post(app, count, round_))
            for kind in ("loop", "product", "bare"):
                if kind == "product":
                    taken = by_worker(app, server, url, folder, count)
                    assert taken.different == taken.letters == count, taken
                else:
                    taken = in_a_process(kind, server, count)
                rates[kind].append(count / taken.seconds)
    print(f"\n{name}: {count * rounds:,} letters each, in {rounds} rounds by turns; letters per s")
    floor = statistics.median(rates["loop"])
    for kind, words in (
        ("loop", "floor: composed and sent by Flask-Mail"),
        ("product", "the product's worker"),
        ("bare", "bare smtplib, bytes ready"),
    ):
        rate = statistics.median(rates[kind])
        ratios = [own / base for own, base in zip(rates[kind], rates["loop"], strict=True)]
        spread = f"{min(ratios):.2f} to {max(ratios):.2f}"
        print(f"  {words:<42}{rate:9.0f}{rate / floor:9.2f}   ({spread})")
    print(f"  longest transaction of posting, {BATCH} letters: {longest * 1000:.0f} ms", flush=True)


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    parser = argparse.ArgumentParser()
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("port", type=int)
    parser.add_argument("count", type=int)
    given = parser.parse_args()
    KINDS[given.kind](given.port, given.count)
