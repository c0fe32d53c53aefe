import pytest
from flask.testing import FlaskClient

from app.auth import service as accounts
from app.base.errors import Busy
from tests.factories import make_event, make_signups
from tests.office import enter, hidden_of, token_of

NEW = "/office/events/soukai/reminders/new"
TYPED = {"to": "confirmed", "subject": "【お知らせ】", "body": "{{氏名}} 様 <b>", "step": "check"}


def test_pages_of_the_office_are_stored_nowhere(office_client: FlaskClient) -> None:
    make_signups(make_event(), 1)
    enter(office_client)
    page = office_client.get("/office/events/soukai/registrations")
    assert page.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("logged_in", [True, False])
def test_a_form_that_comes_too_late_loses_nothing(
    office_client: FlaskClient, *, logged_in: bool
) -> None:
    make_event()
    if logged_in:
        enter(office_client)
    page = office_client.post(NEW, data={**TYPED, "csrf_token": "old"})
    assert page.status_code == (422 if logged_in else 401)
    kept = hidden_of(page)
    assert kept["subject"] == TYPED["subject"]
    assert kept["body"] == "{{氏名}} 様 &lt;b&gt;"
    if not logged_in:
        enter(office_client)
    again = office_client.post(NEW, data={**TYPED, "csrf_token": token_of(page)})
    assert (again.status_code, "/send" in (again.location or "")) == (303, True)


def test_a_form_of_another_site_is_refused(office_client: FlaskClient) -> None:
    make_event()
    enter(office_client)
    page = office_client.post(NEW, data=TYPED, headers={"Sec-Fetch-Site": "cross-site"})
    assert page.status_code == 403


def test_visitors_pages_set_no_cookie(client: FlaskClient) -> None:
    make_event()
    for path in ("/", "/events/soukai", "/events/soukai/register", "/privacy"):
        assert "Set-Cookie" not in client.get(path).headers, path


def test_a_busy_database_is_told_and_the_address_kept(
    office_client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_args: object) -> None:
        raise Busy("database")

    page = office_client.get("/office/login")
    monkeypatch.setattr(accounts, "log_in", busy)
    values = {**hidden_of(page), "email": "a@example.com", "password": "x"}
    answer = office_client.post("/office/login", data=values)
    assert answer.status_code == 503
    assert "a@example.com" in answer.text
