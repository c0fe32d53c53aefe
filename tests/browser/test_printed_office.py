"""What the office prints besides: confirmation, caterer's sheet, plan, and what is due today."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import func, insert, select, update

from app.auth.facts import Actor
from app.auth.models import Account
from app.base.clock import now
from app.base.timezones import to_local
from app.config import load_settings
from app.db import Translated, db, transaction
from app.factory import create_app
from app.planning.facts import TaskWish
from app.planning.models import PlanTask
from app.planning.rules import When
from app.planning.service import MOST, add_task, make_plan
from app.registration.models import Answer, Booking, Participant, Registration
from tests.browser.conftest import Stack, look
from tests.browser.test_office import log_in
from tests.browser.test_printed import (
    ADDRESS,
    HEIGHT,
    LONG,
    TITLE,
    WIDTH,
    NewContext,
    Sheet,
    sheets,
)
from tests.entries import make_question
from tests.factories import make_event, make_signups
from tests.office import make_account

GROUP, DUE = 10, 10
ROAD = ("会場までの交通手段", ": ", "電車とバス")
WAY = {"label": Translated(ja=ROAD[2])}
WISH = "車いすの席"
EATERS = (13, 7, 4)
EMPTY = 7
"""Millimetres at each edge that some printers do not reach."""
ZONE = "Asia/Tokyo"
NAME = "サンプル・マリア ルイーザ アレハンドラ"
BRING = "筆記用具、議案書、上履き、健康保険証の写し"
MEALS = (
    "幕の内弁当(お茶つき)",
    "卵・乳・小麦を使わない弁当(食物アレルギーのある方のためのもの。箸は別の袋に入れる)",
    "やわらかく刻んだ弁当",
)
TASK = (
    "会場の見本会館へ電話をして、机・椅子・マイク・スクリーンの置き方を確かめ、"
    "変わったところを例の家にも知らせる"
)
NOTE = "前回は前日の午後に電話をして、担当の方がいらっしゃいませんでした。早めに掛けてください。"
WHO = "特定非営利活動法人 見本ワーカーズ 例山 陽菜"
ADDRESS_OF_A_PAGE = ("127.0.0.1", "localhost", "http", "/office/")


@dataclass(frozen=True)
class Made:
    """Where the office finds its papers of a meeting, and who is in it."""

    meeting: str
    confirmation: str
    lunch: str
    event_id: int
    names: tuple[str, ...]


@pytest.fixture(scope="module")
def made(stack: Stack) -> Made:
    """A meeting in five days: a group long in everything, people with lunches, ten tasks due."""
    app = create_app(load_settings(instance_path=stack.instance, public_url=stack.url))
    with app.app_context():
        event_id = make_event(
            "kami",
            kind="founding",
            starts_in=timedelta(days=5),
            title=TITLE,
            venue_name=Translated(ja="見本ビルディング別館 12階 大ホール"),
            venue_address=Translated(ja=ADDRESS),
            bring=Translated(ja=BRING),
        )
        ids = make_signups(event_id, sum(EATERS) + 6)
        grow(ids[0])
        question, choices = make_question(
            event_id,
            label=Translated(ja="昼食(お弁当)"),
            choices=[{"label": Translated(ja=meal)} for meal in MEALS],
        )
        eat(question, choices, ids)
        answer(event_id, ids[0])
        make_plan(event_id)
        today = to_local(now(), ZONE).date()
        put(event_id, [today - timedelta(days=at - DUE // 2) for at in range(DUE)])
        people = select(Participant.name).where(Participant.registration_id.in_(ids))
        people = people.order_by(Participant.registration_id, Participant.position)
        names = tuple(db.session.scalars(people))
        db.session.remove()
        db.engine.dispose()
    return Made(
        meeting="/office/events/kami",
        confirmation=f"/office/signups/{ids[0]}/confirmation",
        lunch=f"/office/events/kami/orders/{question}",
        event_id=event_id,
        names=names,
    )


def grow(registration_id: int) -> None:
    """Ten people of one sign-up, with long names, an organisation and a postal address."""
    with transaction() as session:
        row = update(Registration).where(Registration.id == registration_id)
        long = {"contact_name": NAME, "contact_organisation": LONG, "postal_address": ADDRESS}
        session.execute(row.values(**long))
        first = session.scalars(
            select(Participant).where(Participant.registration_id == registration_id)
        ).one()
        first.name = NAME
        mine = session.scalars(select(Booking).where(Booking.participant_id == first.id)).one()
        for position in range(1, GROUP):
            other = Participant(
                registration_id=registration_id,
                position=position,
                name=f"{NAME} {position + 1}",
                organisation=LONG,
            )
            session.add(other)
            session.flush()
            columns = ("event_id", "registration_id", "way", "state", "created_at")
            session.add(
                Booking(
                    participant_id=other.id,
                    sort_key=mine.sort_key + str(position),
                    search_key=mine.search_key,
                    **{name: getattr(mine, name) for name in columns},
                )
            )


def eat(question: int, choices: Iterable[int], registrations: list[int]) -> None:
    """So many of each meal, one for each sign-up."""
    wanted = [one for one, many in zip(choices, EATERS, strict=True) for _ in range(many)]
    with transaction() as session:
        for choice, registration_id in zip(wanted, registrations, strict=False):
            person = select(func.min(Participant.id)).where(
                Participant.registration_id == registration_id
            )
            row = {"question_id": question, "choice_id": choice, "held": True}
            row |= {"registration_id": registration_id, "participant_id": session.scalar(person)}
            session.execute(insert(Answer).values(text="", **row))


def answer(event_id: int, registration_id: int) -> None:
    """Everybody of a sign-up says how they come; the first wishes for an arrangement."""
    road, ways = make_question(event_id, label=Translated(ja=ROAD[0]), choices=[WAY])
    ramp, _none = make_question(event_id, "short", is_arrangement=True, choices=())
    mine = Participant.registration_id == registration_id
    people = list(db.session.scalars(select(Participant.id).where(mine).order_by(Participant.id)))
    rows = [{"question_id": road, "choice_id": ways[0], "text": "", "by": one} for one in people]
    rows.append({"question_id": ramp, "choice_id": None, "text": WISH, "by": people[0]})
    with transaction() as session:
        for row in rows:
            more = {"registration_id": registration_id, "participant_id": row.pop("by")}
            session.execute(insert(Answer).values(held=False, **row, **more))


def put(event_id: int, days: Iterable[object], first: int = 1) -> None:
    """Tasks of the office's own, with long words, each due on one of the days."""
    account = db.session.scalars(select(Account)).first()
    assert account is not None
    by = Actor(account_id=account.id, email=account.email, name="見本")
    for number, day in enumerate(days, start=first):
        note = NOTE if number % 2 else ""
        more = {"due_on": day, "assignee": WHO, "note": note}
        wish = TaskWish(title=f"{number:02d} {TASK}", when=When(amount=0), **more)  # type: ignore[arg-type]
        add_task(event_id, wish, by)


def paper(page: Page, address: str, name: str) -> list[Sheet]:
    """What comes out of the printer: upright A4, all of it where a printer reaches, no address."""
    page.goto(address)
    expect(page.locator("header")).to_contain_text("倍率100%(実際のサイズ)で印刷してください")
    expect(page.get_by_role("button", name="このページを印刷する")).to_be_visible()
    look(page, name)
    found = sheets(page)
    for one in found:
        assert one.size == pytest.approx((WIDTH, HEIGHT), abs=1)
        assert min(one.edges) > EMPTY, one.edges
        assert not [word for word in ADDRESS_OF_A_PAGE if word in one.text]
        assert "倍率" not in one.text
    return found


def words(found: Iterable[Sheet]) -> str:
    """All that is written, wherever lines break."""
    return "".join("".join(one.text.split()) for one in found)


def plain(text: str) -> str:
    """The same of one text."""
    return "".join(text.split())


def test_the_confirmation_is_one_sheet_with_one_title(
    new_context: NewContext, stack: Stack, made: Made
) -> None:
    page = new_context(1280).new_page()
    log_in(page, stack)
    (only,) = paper(page, made.confirmation, "print-confirmation")
    text = words([only])
    assert plain(f"{LONG} {NAME}様") in text
    assert "御中" not in text
    assert text.count("様") == 1
    assert text.count(plain("".join(ROAD))) == GROUP
    assert text.count("手配のご希望:承りました") == 1
    assert WISH not in text
    for told in (*made.names[:GROUP], ADDRESS, BRING, TITLE.ja, "A-0001"):
        assert plain(told) in text, told
    (only,) = paper(page, f"{made.confirmation}?to=organisation", "print-confirmation-to")
    text = words([only])
    assert plain(f"{LONG}御中") in text
    assert "様" not in text


def test_the_caterer_gets_numbers_and_nobodys_name(
    new_context: NewContext, stack: Stack, made: Made
) -> None:
    page = new_context(1280).new_page()
    log_in(page, stack)
    caterers(page, made, "まだ発注していません")
    page.goto(made.lunch)
    page.locator("main form").get_by_role("button").click()
    page.wait_for_url(f"**{made.meeting}/orders")
    caterers(page, made, "発注した数")


def caterers(page: Page, made: Made, state: str) -> None:
    (only,) = paper(page, f"{made.lunch}/sheet", "print-caterer")
    text = words([only])
    for meal, number in zip(MEALS, EATERS, strict=True):
        assert f"{plain(meal)}{number}" in text
    assert plain(TITLE.ja) in text
    assert plain(state) in text
    assert not [name for name in made.names if plain(name) in text]


def test_the_plan_is_one_sheet(new_context: NewContext, stack: Stack, made: Made) -> None:
    page = new_context(1280).new_page()
    log_in(page, stack)
    page.goto(f"{made.meeting}/plan")
    page.get_by_role("link", name="1枚に印刷する").click()
    (only,) = paper(page, page.url, "print-plan")
    text = words([only])
    rows = page.locator("tbody tr")
    assert rows.count() > DUE
    assert text.count(plain(TASK)) == DUE
    assert text.count(plain(WHO)) == DUE
    assert text.count(plain(NOTE)) == DUE // 2
    assert text.count("□") == rows.count()


@pytest.fixture
def alone(stack: Stack, made: Made) -> Iterator[None]:
    """Tasks of the meetings of other tests are done for a while."""
    app = create_app(load_settings(instance_path=stack.instance, public_url=stack.url))
    with app.app_context():
        query = select(PlanTask.id).where(PlanTask.event_id != made.event_id)
        others = list(db.session.scalars(query.where(PlanTask.done_at.is_(None))))
        db.session.remove()
        change = update(PlanTask).where(PlanTask.id.in_(others))
        with transaction() as session:
            session.execute(change.values(done_at=now()))
        yield
        with transaction() as session:
            session.execute(change.values(done_at=None))
        db.session.remove()
        db.engine.dispose()


@pytest.mark.usefixtures("alone")
def test_today_is_one_sheet(new_context: NewContext, stack: Stack, made: Made) -> None:
    """Of one meeting: other tests leave tasks, too, and who sees all meetings would see them."""
    page = new_context(1280).new_page()
    log_in(page, stack, address=limited(stack, made.event_id))
    page.get_by_role("link", name="1枚に印刷する").click()
    (only,) = paper(page, page.url, "print-today")
    text = words([only])
    assert text.count(plain(TASK)) == DUE
    assert text.count(plain(WHO)) == DUE
    assert text.count(plain(NOTE)) == DUE // 2
    assert text.count(plain(TITLE.ja)) >= DUE
    assert text.count("期日を過ぎた") >= DUE // 2 - 1


def limited(stack: Stack, event_id: int) -> str:
    """The address of an account for this meeting alone, with the password of the first one."""
    app = create_app(load_settings(instance_path=stack.instance, public_url=stack.url))
    with app.app_context():
        mine = make_account("limited@example.com", meetings=[event_id])
        with transaction() as session:
            first = select(Account.password).where(Account.email == stack.login[0])
            session.get_one(Account, mine.account_id).password = session.scalar(first)
        db.session.remove()
        db.engine.dispose()
    return mine.email


def test_a_full_plan_has_its_heads_on_every_sheet(
    new_context: NewContext, stack: Stack, made: Made
) -> None:
    """As many tasks as a meeting can have are more than a sheet; each is whole on one of them."""
    app = create_app(load_settings(instance_path=stack.instance, public_url=stack.url))
    with app.app_context():
        there = select(func.count()).where(PlanTask.event_id == made.event_id)
        more = MOST - (db.session.scalar(there) or 0)
        far = to_local(now(), ZONE).date() + timedelta(days=60)
        put(made.event_id, [far] * more, first=DUE + 1)
        db.session.remove()
        db.engine.dispose()
    page = new_context(1280).new_page()
    log_in(page, stack)
    found = paper(page, f"{made.meeting}/plan/sheet", "print-plan-full")
    assert len(found) > 1
    assert words(found).count(plain(TASK)) == DUE + more
    for one in found:
        assert "いつまでに" in one.text
        assert "担当" in one.text
        assert words([one]).count(plain(TASK)) == words([one]).count(plain(WHO))
