"""The number of queries of a page never depends on how many have signed up."""

from flask import Flask

from tests.bench.counts import FEW, MANY, MOST_OF_A_PAGE, MOST_OF_COMPLETING, Counter
from tests.factories import make_event, make_signups


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
