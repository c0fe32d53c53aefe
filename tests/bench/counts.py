"""How many queries each public page needs, with few and with many sign-ups."""

import re
import tempfile
from pathlib import Path

from flask import Flask
from werkzeug.test import TestResponse

from app.db import db
from tests.bench.load import answered
from tests.bench.places import application, databases
from tests.conftest import browser, count_queries
from tests.factories import make_signups
from tests.pages import filled

FEW, MANY = 10, 10_000
MOST_OF_A_PAGE, MOST_OF_COMPLETING = 9, 20
LINK = re.compile(r"/r/[a-z0-9-]+")
ENTERED = {
    "p0-name": "見本 花子",
    "p0-reading": "みほん はなこ",
    "p0-organisation": "見本ワーカーズ",
    "email": "mihon@example.com",
    "telephone": "03-0000-0000",
}


class Counter:
    """Walks through one sign-up and counts the statements of each step, reads and writes."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.client = browser(app, use_cookies=False)
        self.counts: dict[str, int] = {}

    def walk(self, slug: str, who: str = "見本 花子") -> dict[str, int]:
        """Statements by step; ``who`` must not be signed up yet."""
        form = f"/events/{slug}/register"
        self._get("list of meetings", "/")
        self._get("a meeting's page", f"/events/{slug}")
        self._get("privacy", "/privacy")
        page = self._get("form", form)
        values = {**answered(page.text), **ENTERED, "p0-name": who, "step": "check"}
        page = self._post("POST check", f"{form}/check", values)
        values = {**filled(page).to_dict(), "step": "complete"}
        answer = self._post("POST complete", f"{form}/check", values, expected=303)
        page = self._get("completion page", answer.location)
        link = LINK.search(page.text)
        assert link
        self._get("personal page", link.group())
        return self.counts

    def _get(self, name: str, path: str) -> TestResponse:
        with count_queries(self.app) as sent:
            answer = self.client.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        self.counts[name] = len(sent)
        return answer

    def _post(
        self, name: str, path: str, values: dict[str, str], expected: int = 200
    ) -> TestResponse:
        with count_queries(self.app) as sent:
            answer = self.client.post(path, data=values)
        assert answer.status_code == expected, (path, answer.status_code)
        self.counts[name] = len(sent)
        return answer


def run(name: str) -> None:
    """Print the table of one kind of database ('sqlite', 'postgresql')."""
    with databases(name) as (_floor, product), tempfile.TemporaryDirectory() as folder:
        app = application(product.url, Path(folder))
        with app.app_context():
            event_id = db.session.execute(
                db.text("SELECT id FROM event WHERE slug = :slug"), {"slug": product.slug}
            ).scalar_one()
            make_signups(event_id, FEW)
        few = dict(Counter(app).walk(product.slug))
        with app.app_context():
            make_signups(event_id, MANY - FEW)
        many = dict(Counter(app).walk(product.slug, "見本 次郎"))
        with app.app_context():
            db.engine.dispose()
    print(f"\n{name}: statements sent, at {FEW:,} and at {MANY:,} sign-ups")
    for step, number in few.items():
        print(f"  {step:<34}{number:9}{many[step]:10}")
