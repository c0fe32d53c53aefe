"""Who typed a sign-up in stands on the pages of the sign-up and of the person."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.db import transaction
from app.registration.desk.admitting import walk_in
from app.registration.desk.facts import WalkIn
from app.registration.facts import Doorkeeper
from app.registration.models import ReceptionPass
from tests import entries
from tests.conftest import count_queries
from tests.desks import make_pass, make_today, row
from tests.factories import make_signups
from tests.office import NAME, enter, make_account

WALKER = "例 桜"


@pytest.fixture
def event(app: Flask) -> int:
    return make_today()


def come_in(event: int, by: Doorkeeper) -> None:
    given = WalkIn(name=WALKER, reading="", organisation="", reason="", form_key="k" * 32)
    walk_in(event, given, by)


def pages(client: FlaskClient, event: int, name: str) -> list[str]:
    """The page of their sign-up, and their own."""
    one = row(event, name)
    paths = (f"signups/{one.registration_id}", f"events/soukai/people/{one.participant_id}")
    return [client.get(f"/office/{path}").text for path in paths]


def test_an_account_at_the_desk_is_named(office_client: FlaskClient, event: int) -> None:
    by = enter(office_client)
    come_in(event, Doorkeeper(account_id=by.account_id))
    for page in pages(office_client, event, WALKER):
        assert "入力した人" in page
        assert f"<dd>{NAME}</dd>" in page


@pytest.mark.parametrize(
    ("label", "told"),
    [("手伝い", "手伝いの方のリンク「手伝い」"), ("", "手伝いの方のリンク</dd>")],
)
def test_a_link_of_the_reception_is_named(
    office_client: FlaskClient, event: int, label: str, told: str
) -> None:
    enter(office_client)
    made = make_pass(event, make_account("kakari@example.com"))
    with transaction() as session:
        session.get_one(ReceptionPass, made).label = label
    come_in(event, Doorkeeper(pass_id=made))
    for page in pages(office_client, event, WALKER):
        assert told in page


def test_who_telephoned_was_typed_in_by_somebody_and_who_did_it_alone_by_nobody(
    office_client: FlaskClient, event: int
) -> None:
    by = enter(office_client)
    entries.type_in("soukai", WALKER, event, by=by.account_id)
    make_signups(event, 1)
    assert all(f"<dd>{NAME}</dd>" in page for page in pages(office_client, event, WALKER))
    assert not any("入力した人" in page for page in pages(office_client, event, "見本 花子"))


def test_the_page_of_a_person_reads_as_much_for_one_sign_up_as_for_several(
    app: Flask, office_client: FlaskClient, event: int
) -> None:
    by = enter(office_client)
    entries.type_in("soukai", WALKER, event, by=by.account_id)
    path = f"/office/events/soukai/people/{row(event, WALKER).participant_id}"
    office_client.get(path)
    with count_queries(app) as one:
        office_client.get(path)
    entries.type_in("soukai", WALKER, event, by=by.account_id, others=True)
    with count_queries(app) as two:
        office_client.get(path)
    assert len(one) == len(two)
