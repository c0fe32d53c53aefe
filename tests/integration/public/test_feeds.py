"""Calendars, site map and JSON-LD as programs fetch them."""

import json
import re
from datetime import timedelta
from xml.etree import ElementTree as ET

from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar, Event

from app.auth import audit
from app.base.clock import now
from app.db import Translated, transaction
from app.events import models
from tests.conftest import count_queries
from tests.factories import make_event, make_signups

SECRET = "https://online.example.com/himitsu"


def events_of(client: FlaskClient, path: str = "/events.ics") -> dict[str, Event]:
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.content_type == "text/calendar; charset=utf-8"
    assert "Set-Cookie" not in answer.headers
    lines = answer.data.split(b"\r\n")
    assert lines[-1] == b""
    assert max(len(line) for line in lines) <= 75
    calendar = Calendar.from_ical(answer.data)
    assert all(not part.errors for part in calendar.walk())
    return {str(event["UID"]): event for event in calendar.walk("VEVENT")}


def test_the_calendar_holds_what_is_published_and_has_a_date(client: FlaskClient) -> None:
    first = make_event("soukai", online_url=SECRET, fee=Translated("無料", "Free"))
    two_days = make_event("matsuri", kind="walk_in", ways=(), days=2)
    off = make_event("chushi", state="cancelled")
    past = make_event("owari", starts_in=timedelta(days=-30))
    make_event("mitei", starts_in=None)
    make_event("shitagaki", state="draft")
    events = events_of(client)
    assert set(events) == {
        f"event-{event}-{number}@example.com"
        for event, number in ((first, 1), (two_days, 1), (two_days, 2), (off, 1), (past, 1))
    }
    one = events[f"event-{first}-1@example.com"]
    assert one["SUMMARY"] == "見本の総会"
    assert "参加費: 無料" in one["DESCRIPTION"]
    assert one["URL"] == "http://127.0.0.1:8000/events/soukai"
    cancelled = events[f"event-{off}-1@example.com"]
    assert cancelled["STATUS"] == "CANCELLED"
    assert cancelled["SUMMARY"] == "中止: 見本の総会"
    assert "お申し込みはいりません" in events[f"event-{two_days}-2@example.com"]["DESCRIPTION"]
    assert SECRET.encode() not in client.get("/events.ics").data


def test_english(client: FlaskClient) -> None:
    make_event("soukai")
    (event,) = events_of(client, "/events.ics?lang=en").values()
    assert event["SUMMARY"] == "Sample assembly"
    assert event["URL"] == "http://127.0.0.1:8000/events/soukai?lang=en"


def test_one_meeting(client: FlaskClient) -> None:
    event_id = make_event("soukai", days=2)
    make_event("betsu")
    make_event("mitei", starts_in=None)
    make_event("shitagaki", state="draft")
    assert set(events_of(client, "/events/soukai.ics")) == {
        f"event-{event_id}-{number}@example.com" for number in (1, 2)
    }
    for slug in ("mitei", "shitagaki", "nai"):
        assert client.get(f"/events/{slug}.ics").status_code == 404


def test_subscribers_load_it_again_only_when_it_has_changed(client: FlaskClient) -> None:
    event_id = make_event("soukai")
    first = client.get("/events.ics")
    make_signups(event_id, 3)
    again = client.get("/events.ics", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert first.headers["Cache-Control"].startswith("public, max-age=")
    with transaction() as session:
        session.get_one(models.Event, event_id).title = Translated("新しい題", "New title")
        entry = audit.Entry(
            actor=audit.SYSTEM, action="event.changed", subject="event", subject_id=event_id
        )
        audit.record(session, entry, now())
        other = audit.Entry(
            actor=audit.SYSTEM, action="campaign.tried", subject="event", subject_id=event_id
        )
        audit.record(session, other, now())
    after = client.get("/events.ics", headers={"If-None-Match": first.headers["ETag"]})
    assert after.status_code == 200
    (event,) = Calendar.from_ical(after.data).walk("VEVENT")
    assert event["SEQUENCE"] == 1, "trying a letter is no change of the meeting"
    assert abs(event["DTSTAMP"].dt - now()) < timedelta(minutes=1)


def test_as_many_queries_for_one_meeting_as_for_many(app: Flask, client: FlaskClient) -> None:
    counts = []
    for round_ in range(2):
        for n in range(1 + 6 * round_):
            make_event(f"e{round_}-{n}", starts_in=timedelta(days=40 - 80 * (n % 2)))
        for path in ("/events.ics", "/sitemap.xml", "/", "/embed/events"):
            with count_queries(app) as sent:
                assert client.get(path).status_code == 200
            counts.append((path, len(sent)))
    assert counts[:4] == counts[4:]


def test_the_site_map_names_published_meetings_in_both_languages(client: FlaskClient) -> None:
    make_event("soukai")
    make_event("shitagaki", state="draft")
    answer = client.get("/sitemap.xml?lang=en")
    assert answer.content_type.startswith("application/xml")
    root = ET.fromstring(answer.text)  # noqa: S314  # our own text
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    found = [loc.text for loc in root.iter(f"{space}loc")]
    base = "http://127.0.0.1:8000"
    assert f"{base}/events/soukai" in found
    assert f"{base}/events/soukai?lang=en" in found
    assert not any("shitagaki" in str(loc) for loc in found)


def test_robots_may_fetch_what_says_noindex(client: FlaskClient) -> None:
    text = client.get("/robots.txt").text
    assert "Disallow: /" not in text
    assert "Sitemap: http://127.0.0.1:8000/sitemap.xml" in text
    for path in ("/office/login", "/embed/events"):
        assert "noindex" in client.get(path).headers["X-Robots-Tag"]


def test_a_page_names_its_one_address_and_its_languages(client: FlaskClient) -> None:
    make_event("soukai", summary=Translated('年に"一度"の会です', ""))
    page = client.get("/events/soukai?lang=en&utm_source=x").text
    base = "http://127.0.0.1:8000/events/soukai"
    assert f'<link rel="canonical" href="{base}?lang=en">' in page
    assert f'<link rel="alternate" hreflang="ja" href="{base}">' in page
    assert "utm_source" not in page.split("</head>")[0]
    (said,) = re.findall(
        r'<meta name="description" content="([^"]*)">', client.get("/events/soukai").text
    )
    assert "年に&#34;一度&#34;の会です" in said
    form = client.get("/events/soukai/register").text
    assert "canonical" not in form


def test_a_page_tells_programs_of_its_meeting(client: FlaskClient) -> None:
    evil = "</script><script>alert(1)</script><!--"
    make_event("soukai", title=Translated(evil, evil), online_url=SECRET)
    make_event("mitei", starts_in=None)
    page = client.get("/events/soukai").text
    (text,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    data = json.loads(text)
    assert data["name"] == evil
    assert data["eventAttendanceMode"].endswith("/MixedEventAttendanceMode")
    assert data["startDate"].endswith("+09:00")
    assert page.count("<script") == 1
    assert SECRET not in page
    assert "ld+json" not in client.get("/events/mitei").text
