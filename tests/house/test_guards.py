"""Every route with its guard. A new route fails here until somebody decides who may use it."""

from flask import Flask

from tests.conftest import MakeApp

PUBLIC = "everybody"
ACCOUNT = "account"
OFFICE = "office"
LOOPBACK = "loopback"

EXPECTED = {
    "static": PUBLIC,
    "public.index": PUBLIC,
    "public.event": PUBLIC,
    "public.privacy": PUBLIC,
    "public.robots": PUBLIC,
    "public.sitemap": PUBLIC,
    "public.calendar": PUBLIC,
    "public.event_calendar": PUBLIC,
    "public.embed": PUBLIC,
    "public.file": PUBLIC,
    "interest.form": PUBLIC,
    "interest.ask": PUBLIC,
    "interest.sent": PUBLIC,
    "interest.show": "signed link",
    "interest.confirm": "signed link",
    "interest.ask_leave": "signed link",
    "interest.leave": "signed link",
    "interest.sign_up": "signed link",
    "again.form": PUBLIC,
    "again.ask": PUBLIC,
    "again.sent": PUBLIC,
    "registration.form": PUBLIC,
    "registration.restart": PUBLIC,
    "registration.submit": PUBLIC,
    "registration.done": "signed link",
    "registration.manage": "signed link",
    "registration.file": "signed link",
    "registration.form_for": "signed link",
    "registration.calendar": "signed link",
    "registration.calendar_of_meeting": "signed link",
    "registration.change": "signed link",
    "registration.change_again": "signed link",
    "registration.submit_change": "signed link",
    "registration.choose_cancel": "signed link",
    "registration.cancel": "signed link",
    "registration.ask_coming": "signed link",
    "registration.answer_coming": "signed link",
    "registration.another": "signed link",
    "registration.become_another": "signed link",
    "security.login": PUBLIC,
    "security.logout": PUBLIC,
    "security.change_password": ACCOUNT,
    "mailbox.index": LOOPBACK,
    "mailbox.letter": LOOPBACK,
    "mailbox.download": LOOPBACK,
}


def endpoints(app: Flask) -> dict[str, str]:
    return {rule.endpoint: rule.rule for rule in app.url_map.iter_rules()}


def test_every_route_has_the_guard_that_somebody_decided_on(make_app: MakeApp) -> None:
    app = make_app(local_mailbox=True)
    for endpoint in endpoints(app):
        guard = getattr(app.view_functions[endpoint], "guard", None)
        if endpoint in EXPECTED:
            assert guard is None or guard == EXPECTED[endpoint], endpoint
        else:
            assert guard == OFFICE, f"{endpoint} has no guard: list it here or guard it"
    assert set(EXPECTED) <= set(endpoints(app)), "the list names routes that do not exist"


def test_office_pages_send_strangers_to_the_login(make_app: MakeApp) -> None:
    app = make_app()
    client = app.test_client()
    values = {
        "slug": "soukai",
        "campaign_id": 1,
        "file_id": 1,
        "registration_id": 1,
        "question_id": 1,
        "rule_id": 1,
        "row": 1,
        "kind": "confirmed",
        "locale": "ja",
    }
    guarded = 0
    for rule in app.url_map.iter_rules():
        if not rule.endpoint.startswith("organiser."):
            continue
        needed = {name: values[name] for name in rule.arguments}
        with app.test_request_context(base_url="http://127.0.0.1:8000"):
            path = rule.build(needed)[1]  # type: ignore[index]
        method = "POST" if "POST" in (rule.methods or ()) else "GET"
        answer = client.open(path, method=method, base_url="http://127.0.0.1:8000")
        assert answer.status_code in {302, 303, 401}, rule.endpoint
        if answer.status_code in {302, 303}:
            assert "/office/login" in answer.location
        guarded += 1
    assert guarded > 8


def test_the_mailbox_exists_only_where_mail_stays(make_app: MakeApp) -> None:
    assert not any(name.startswith("mailbox.") for name in endpoints(make_app()))
