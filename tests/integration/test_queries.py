"""The number of queries of a page never depends on how many have signed up."""

from datetime import timedelta

from flask import Flask

from tests.bench.counts import FEW, MANY, MOST_OF_A_PAGE, MOST_OF_COMPLETING, Counter
from tests.conftest import browser, count_queries
from tests.entries import chosen, make_question, person, sign_up
from tests.factories import make_event, make_series, make_signups
from tests.pages import press


def test_pages_need_as_many_queries_at_10_000_as_at_10(app: Flask) -> None:
    event_id = make_event("soukai", venue=2 * MANY)
    make_signups(event_id, FEW)
    few = Counter(app).walk("soukai")
    make_signups(event_id, MANY - FEW)
    many = Counter(app).walk("soukai", "見本 次郎")

    assert few == many
    completing = many.pop("POST complete")
    assert completing <= MOST_OF_COMPLETING
    assert max(many.values()) <= MOST_OF_A_PAGE


def test_three_people_for_two_meetings_are_signed_up_by_twenty_statements(app: Flask) -> None:
    """Even where somebody waits, and everybody is asked about lunch."""
    series = make_series("day")
    morning = make_event("soukai", series_id=series, venue=1, online=None)
    make_event("souritsu", series_id=series, starts_in=timedelta(days=40, hours=4))
    question, (yes, _no) = make_question(morning, choices=({"places": 50}, {}))
    sign_up("soukai", person("例 一", morning, answers=(chosen(question, yes),)), email="e@e.jp")
    sign_up("soukai", person("例 二", morning), email="f@example.com")
    client = browser(app, use_cookies=False)
    page = client.get("/events/soukai/register")
    for _n in range(2):
        page = press(client, page, "add")
    people = {f"p{n}-name": f"見本 {n}" for n in range(3)}
    people |= {f"p{n}-reading": "みほん" for n in range(3)}
    people |= {f"p{n}-q{question}": str(yes) for n in range(3)}
    page = press(client, page, "check", {**people, "email": "mihon@example.com"})
    with count_queries(app) as sent:
        assert press(client, page, "complete").status_code == 303
    assert len(sent) <= MOST_OF_COMPLETING, "\n".join(sent)
