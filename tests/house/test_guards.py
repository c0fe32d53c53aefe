"""Every route with its guard. A new route fails here until somebody decides who may use it."""

from flask import Flask

from app.auth.setup import UNUSED
from app.organiser.finders import FINDERS
from tests.conftest import MakeApp

PUBLIC = "everybody"
ACCOUNT = "account"
NOBODY = "nobody"
OFFICE = "office"
LOOPBACK = "loopback"
GUARDS = {"account", "administrator", "desk", "every meeting", "office", "whole day"}
OF_NO_MEETING = {
    "organiser.today_sheet",
    "organiser.meetings",
    "organiser.retention",
    "organiser.by_hand",
    "organiser.mark_by_hand",
    "organiser.by_hand_list",
    "organiser.postcards",
}
"""Pages of the office whose address names no meeting: each asks ``my_meetings`` itself."""

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
    "public.logo": PUBLIC,
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
    "registration.invited": "signed link",
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
    "account.forgot": PUBLIC,
    "account.ask_reset": PUBLIC,
    "account.reset_sent": PUBLIC,
    "account.choose_password": "signed link",
    "account.set_password": "signed link",
    "desk.ask": "signed link",
    "desk.enter": "signed link",
    "security.login": PUBLIC,
    # The second step: nothing is shown before the password was right.
    "security.tf_select": PUBLIC,
    "security.two_factor_token_validation": PUBLIC,
    "security.mf_recovery": PUBLIC,
    "security.wan_signin": PUBLIC,
    "security.wan_signin_response": PUBLIC,
    "security.wan_register": ACCOUNT,
    "security.wan_register_response": ACCOUNT,
    **{f"security.{endpoint}": NOBODY for endpoint in UNUSED},
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
            assert guard in GUARDS, f"{endpoint} has no guard: list it here or guard it"
    assert set(EXPECTED) <= set(endpoints(app)), "the list names routes that do not exist"


def test_every_address_of_the_office_names_the_meeting_that_its_guard_asks_for(
    make_app: MakeApp,
) -> None:
    app = make_app()
    known = set(FINDERS.arguments)
    found = set()
    for rule in app.url_map.iter_rules():
        guard = getattr(app.view_functions[rule.endpoint], "guard", None)
        if guard in {"desk", "whole day"}:
            assert "slug" in rule.arguments, rule.endpoint
        if guard == OFFICE and not rule.arguments & known:
            assert not rule.arguments, f"{rule.endpoint}: whose is {rule.arguments}?"
            found.add(rule.endpoint)
    assert found == OF_NO_MEETING


def test_the_mailbox_exists_only_where_mail_stays(make_app: MakeApp) -> None:
    assert not any(name.startswith("mailbox.") for name in endpoints(make_app()))
