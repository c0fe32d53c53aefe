"""The office's list, search and CSV with few and with very many sign-ups."""

import re
import statistics
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from app.auth import service as accounts
from app.db import db
from tests.bench.places import application, databases
from tests.conftest import browser
from tests.factories import make_event, make_signups

SIZES = (1_000, 100_000)
CSV_SIZES = (10_000, 100_000)
TIMES = 30
CSRF = re.compile(r'name="csrf_token"[^>]* value="([^"]+)"')
AFTER = re.compile(r'href="([^"]*[?&;]after=\d+[^"]*)"')
EMAIL, PASSWORD = "mihon@example.com", "a-password-for-tests"
# What is looked for: nearly everybody, every fifty-sixth, one person, nobody.
SEARCHES = {
    "search: most fit": "見本",
    "search: one in 56": "例山 美咲",
    "search: one person": "mihon{last}@example.com",
    "search: nobody fits": "存在しない",
}


class List:
    """The list of one meeting, asked for in this process as a browser would."""

    def __init__(self, client: FlaskClient, slug: str, size: int) -> None:
        self.client, self.size = client, size
        self.path = f"/office/events/{slug}/registrations"
        self.totals = f"/office/events/{slug}/totals"

    def pages(self) -> dict[str, str]:
        """The addresses to be measured."""
        found = {"first page": self.path, "by time, newest": f"{self.path}?sort=newest"}
        found["20th page"] = self._page(20)
        for name, words in SEARCHES.items():
            found[name] = f"{self.path}?q={words.format(last=self.size - 2)}"
        found["filter: cancelled (none)"] = f"{self.path}?state=cancelled"
        found["filter: failed letters (none)"] = f"{self.path}?letters=failed"
        found["totals (a request of their own)"] = self.totals
        return found

    def _page(self, number: int) -> str:
        """Where following "next" again and again leads."""
        path = self.path
        for _ in range(number - 1):
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
            for size in {*SIZES, *CSV_SIZES}:
                make_signups(make_event(f"size-{size}", venue=None), size)
            if name == "postgresql":
                with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as line:
                    line.execute(db.text("VACUUM ANALYZE"))
        client = _log_in(app)
        _lists(name, client)
        _exports(name, client)
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


def _lists(name: str, client: FlaskClient) -> None:
    small, large = SIZES
    print(f"\n{name}: the office's list, {TIMES} times each, in this process, in ms")
    print(f"  {'':<34}{f'{small:,}: p50':>14}{'p95':>8}{f'{large:,}: p50':>14}{'p95':>8}")
    lists = [List(client, f"size-{size}", size) for size in SIZES]
    pages = [one.pages() for one in lists]
    for page in pages[0]:
        cells = [lists[n].times(pages[n][page]) for n in range(len(lists))]
        told = "".join(f"{p50:14.1f}{p95:8.1f}" for p50, p95 in cells)
        print(f"  {page:<34}{told}", flush=True)


def _exports(name: str, client: FlaskClient) -> None:
    print(f"\n{name}: CSV")
    for size in CSV_SIZES:
        path = f"/office/events/size-{size}/registrations.csv"
        seconds, (lines, octets) = _timed(lambda path=path: _read(client, path))
        tracemalloc.start()
        _read(client, path)
        _now, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert lines == size + 1
        print(
            f"  {size:>7,} people: {seconds:5.2f} s, {octets / 1e6:5.1f} MB, "
            f"highest memory of Python meanwhile {peak / 1e6:.1f} MB",
            flush=True,
        )


def _timed(act: Callable[[], tuple[int, int]]) -> tuple[float, tuple[int, int]]:
    began = time.perf_counter()
    found = act()
    return time.perf_counter() - began, found


def _read(client: FlaskClient, path: str) -> tuple[int, int]:
    """Read a stream piece by piece, keeping none; lines and octets."""
    lines = octets = 0
    with client.get(path, buffered=False) as answer:
        assert answer.status_code == 200
        for piece in answer.response:
            data = piece if isinstance(piece, bytes) else piece.encode()
            lines += data.count(b"\r\n")
            octets += len(data)
    return lines, octets
