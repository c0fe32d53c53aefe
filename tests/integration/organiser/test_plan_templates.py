"""Settings: the lists that plans begin with, and a plan that follows a change of kind."""

import pytest
from flask.testing import FlaskClient

from app.db import db
from app.planning import queries, service
from tests.factories import make_event
from tests.office import enter, hidden_of, send, token_of

PLANS = "/office/settings/plans"
ASSEMBLY = f"{PLANS}/assembly"
TYPED = {"amount": "2", "counted": "days before"}


@pytest.fixture
def office(office_client: FlaskClient) -> FlaskClient:
    enter(office_client, role="administrator")
    return office_client


def test_a_list_is_added_to_changed_ordered_and_put_back(office: FlaskClient) -> None:
    assert f'href="{ASSEMBLY}"' in office.get("/office/settings").text
    own = {**TYPED, "title": "花を頼む", "title_en": "Order flowers", "assignee": "会計"}
    assert send(office, f"{ASSEMBLY}/new", **own).status_code == 303
    assert send(office, ASSEMBLY, code="balance_sheet").status_code == 303
    page = office.get(ASSEMBLY).text
    for told in ("花を頼む", "会計", "貸借対照表を公告する", "労働者協同組合法 61条1項"):
        assert told in page, told
    assert "Order flowers" in office.get(f"{ASSEMBLY}?lang=en").text
    assert "Order flowers" not in page
    moved = office.post(
        f"{ASSEMBLY}/badges/move", data={"csrf_token": token_of(office.get(ASSEMBLY)), "to": "up"}
    )
    assert moved.status_code == 303
    assert send(office, f"{ASSEMBLY}/badges", title="名札", **TYPED).status_code == 303
    assert send(office, f"{ASSEMBLY}/lunches/remove").status_code == 303
    page = office.get(ASSEMBLY).text
    assert "名札<" in page
    assert f"{ASSEMBLY}/lunches" not in page
    assert 'value="lunches"' in page  # it can be added again
    asked = office.get(f"{ASSEMBLY}/put-back").text
    assert "花を頼む" in asked
    assert send(office, f"{ASSEMBLY}/put-back").status_code == 303
    page = office.get(ASSEMBLY).text
    assert "花を頼む" not in page
    assert f"{ASSEMBLY}/put-back" not in page
    log = office.get("/office/history").text
    for told in ("段取りのひな形に加えました", "花を頼む、Order flowers、2日前、会計", "総会"):
        assert told in log, told


def test_what_an_act_binds_says_why_and_is_not_loosened(office: FlaskClient) -> None:
    page = office.get(f"{ASSEMBLY}/notice").text
    assert "労働者協同組合法 61条1項" in page
    assert f"{ASSEMBLY}/notice/remove" not in page
    for typed in ({**TYPED, "amount": "40"}, {"amount": "9", "counted": "clear_days before"}):
        refused = send(office, f"{ASSEMBLY}/notice", title="招集通知", **typed)
        assert refused.status_code == 422
        assert "法律で、会合とのあいだに10日以上" in refused.text
    early = send(
        office, f"{ASSEMBLY}/notice", title="招集通知", amount="20", counted="clear_days before"
    )
    assert early.status_code == 303
    assert office.get(f"{ASSEMBLY}/notice/remove").status_code == 303
    token = token_of(office.get(ASSEMBLY))
    gone = office.post(f"{ASSEMBLY}/notice/remove", data={"csrf_token": token})
    assert gone.status_code == 303
    assert "法律で決まっているため" in office.get(ASSEMBLY).text


def test_the_second_of_two_administrators_sees_what_the_first_has_stored(
    office: FlaskClient,
) -> None:
    path = f"{ASSEMBLY}/badges"
    opened, asked = hidden_of(office.get(path)), hidden_of(office.get(f"{path}/remove"))
    assert send(office, path, title="一", **TYPED).status_code == 303
    answer = office.post(path, data={**opened, "title": "二", **TYPED})
    assert answer.status_code == 409
    assert "一" in answer.text
    removed = office.post(f"{path}/remove", data=asked)
    assert removed.status_code == 409
    assert "一" in removed.text
    again = office.post(path, data={**hidden_of(answer), "title": "二", **TYPED})
    assert again.status_code == 303
    back = hidden_of(office.get(f"{ASSEMBLY}/put-back"))
    assert send(office, path, title="三", **TYPED).status_code == 303
    assert office.post(f"{ASSEMBLY}/put-back", data=back).status_code == 409


def test_what_is_not_right_is_refused_and_kept(office: FlaskClient) -> None:
    for typed in (
        {**TYPED, "title": ""},
        {**TYPED, "title": "花", "amount": "9999"},
        {**TYPED, "title": "花" * 101},
        {"title": "花", "amount": "2", "counted": "years before"},
    ):
        assert send(office, f"{ASSEMBLY}/new", **typed).status_code == 422
    flowers = {**TYPED, "title": "花を頼む"}
    assert send(office, f"{ASSEMBLY}/new", **flowers).status_code == 303
    twice = send(office, f"{ASSEMBLY}/new", **{**flowers, "amount": "5"})
    assert twice.status_code == 422
    assert "同じ題名" in twice.text
    for path in (f"{PLANS}/nothing", f"{ASSEMBLY}/nothing", f"{ASSEMBLY}/nothing/remove"):
        assert office.get(path).status_code == 404


def test_only_administrators_make_lists(office_client: FlaskClient) -> None:
    enter(office_client)
    for path in (ASSEMBLY, f"{ASSEMBLY}/new", f"{ASSEMBLY}/badges", f"{ASSEMBLY}/put-back"):
        assert office_client.get(path).status_code == 404


def test_a_meeting_of_another_kind_offers_to_make_its_plan_fit(office: FlaskClient) -> None:
    event = make_event()
    service.make_plan(event)
    contents, plan = "/office/events/soukai/contents", "/office/events/soukai/plan"
    page = office.get(contents)
    assert "前の種類の会合" not in page.text
    texts = {"title": "報告会", "arrangements_days": "30", "contacts_days": "180"}
    values = {**hidden_of(page), **texts, "minutes_years": "10", "kind": "briefing"}
    assert office.post(contents, data=values).status_code == 303
    told = office.get(contents).text
    assert "前の種類の会合" in told
    assert f'href="{plan}"' in told
    page = office.get(plan)
    for words in (
        "段取りは「総会」のもののままです",
        "報告を公開する",
        "加わるもの",
        "なくなるもの",
    ):
        assert words in page.text, words
    old = hidden_of(page)
    db.session.remove()
    papers = next(one for one in queries.get_plan(event).tasks if one.code == "papers")
    changed = send(office, f"{plan}/{papers.id}", title="資料", account_id="", **TYPED)
    assert changed.status_code == 303
    clash = office.post(f"{plan}/adapt", data=old)
    assert clash.status_code == 409
    assert "そのあいだに段取りが変わりました" in clash.text
    assert office.post(f"{plan}/adapt", data=hidden_of(clash)).status_code == 303
    page = office.get(plan).text
    assert "段取りは「総会」" not in page
    assert "招集通知を出す" not in page
    assert "資料" in page


def test_a_plan_of_another_kind_can_be_left_as_it_is(office: FlaskClient) -> None:
    event = make_event()
    service.make_plan(event)
    with db.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE event SET kind = 'other'")
    plan = "/office/events/soukai/plan"
    kept = office.post(f"{plan}/adapt", data={**hidden_of(office.get(plan)), "step": "keep"})
    assert kept.status_code == 303
    page = office.get(plan).text
    assert "今のままにしました" in page
    assert "招集通知を出す" in page
    assert "段取りを合わせる" not in page
