"""What the office prints of a meeting, as PDF through Chromium: complete, in place, at 100 %."""

import re
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pypdfium2
import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import select, update

from app.auth.facts import Actor
from app.auth.models import Account
from app.config import load_settings
from app.db import Translated, db, transaction
from app.events.presets import PRESETS
from app.events.questions import add_preset
from app.factory import create_app
from app.registration.attendance import record_in
from app.registration.facts import Doorkeeper
from app.registration.models import Booking, Participant, Registration
from app.web.print_sheets import HEIGHT, SHEETS, WIDTH
from tests.browser.conftest import Stack, look
from tests.browser.test_office import log_in
from tests.factories import make_event, make_signups

NewContext = Callable[..., BrowserContext]
PEOPLE, CAME, START = 45, 3, 3
POINT = 25.4 / 72
ROOM = 240
"""Pixels that an address needs on a phone."""
REACHED = """() => {
  const main = document.querySelector('main'), sheet = document.querySelector('.labels, .page');
  main.scrollLeft = 0;
  const left = sheet.getBoundingClientRect().left;
  main.scrollLeft = main.scrollWidth;
  return [left, sheet.getBoundingClientRect().right, innerWidth];
}"""
"""Where a sheet begins and ends when it is scrolled, and the width of the window."""
NUMBER = re.compile("A-[0-9]{4}")
TITLE = Translated(ja="ワーカーズ・コレクティブ 労働者協同組合連合会(仮称) 創立総会")
LONG = (
    "特定非営利活動法人 見本ワーカーズ・コレクティブ 例の長い名前の団体 第二事業所 "
    "居場所づくり準備室"
)
ADDRESS = "〒231-0000 神奈川県横浜市見本区見本町1丁目2番地3号 見本ビルディング別館 12階1203号室"
NO_MARGINS = """() => [...document.styleSheets].flatMap(sheet => [...sheet.cssRules])
  .filter(rule => rule instanceof CSSPageRule).map(rule => rule.style.margin)"""
CUT = """() => [...document.querySelectorAll('.label')]
  .filter(one => one.scrollHeight > one.clientHeight || one.scrollWidth > one.clientWidth)
  .map(one => one.innerText)"""


@dataclass(frozen=True)
class Sheet:
    """One page of a PDF: text, size, where numbers stand (left, top), and how much is left empty.

    In mm; ``edges``: left, top, right and bottom of all that is written.
    """

    text: str
    size: tuple[float, float]
    places: dict[str, tuple[float, float]]
    edges: tuple[float, float, float, float]


def sheets(page: Page) -> list[Sheet]:
    """The page on paper as our stylesheets have it, by a browser that would print its address."""
    page.emulate_media(media="print")
    assert set(page.evaluate(NO_MARGINS)) == {"0px"}, "room for the browser to print the address"
    assert page.evaluate(CUT) == []
    pdf = page.pdf(prefer_css_page_size=True, display_header_footer=True)
    page.emulate_media(media="screen")
    with pypdfium2.PdfDocument(pdf) as document:
        found = [sheet_of(one) for one in document]
    assert not [one for one in found if page.url in one.text.replace("\r\n", "")]
    return found


def sheet_of(one: Any) -> Sheet:
    """Read one page."""
    width, height = (length * POINT for length in one.get_size())
    with closing(one.get_textpage()) as page:
        text = page.get_text_range()
        boxes = {at[0]: page.get_charbox(at.start()) for at in NUMBER.finditer(text)}
        written = [page.get_rect(at) for at in range(page.count_rects())]
    places = {
        word: (left * POINT, height - top * POINT) for word, (left, _, _, top) in boxes.items()
    }
    lefts, bottoms, rights, tops = zip(*written, strict=True)
    edges = (
        *(min(lefts) * POINT, height - max(tops) * POINT),
        *(width - max(rights) * POINT, min(bottoms) * POINT),
    )
    return Sheet(text=text, size=(width, height), places=places, edges=edges)


@pytest.fixture(scope="module")
def printed(stack: Stack) -> str:
    """A meeting with 45 people in the running copy, one of them long in everything."""
    app = create_app(load_settings(instance_path=stack.instance, public_url=stack.url))
    with app.app_context():
        event_id = make_event("insatsu", starts_in=timedelta(hours=-1), title=TITLE)
        ids = make_signups(event_id, PEOPLE)
        with transaction() as session:
            long = {
                "name": "サンプル・マリア ルイーザ アレハンドラ",
                "reading": "さんぷる まりあ るいーざ",
            }
            person = update(Participant).where(Participant.registration_id == ids[0])
            session.execute(person.values(organisation=LONG, role="代議員(議長団)", **long))
            row = update(Registration).where(Registration.id.in_(ids[:5]))
            session.execute(row.values(postal_address=ADDRESS, contact_organisation=LONG))
        account = db.session.scalars(select(Account)).first()
        assert account is not None
        by = Actor(account_id=account.id, email=account.email, name="見本")
        for code in PRESETS:
            add_preset(event_id, code, by)
        bookings = select(Booking.id).where(Booking.event_id == event_id).order_by(Booking.id)
        for booking_id in db.session.scalars(bookings.limit(CAME)).all():
            record_in(booking_id, Doorkeeper(account_id=by.account_id))
        db.session.remove()
        db.engine.dispose()
    return "/office/events/insatsu/print"


def test_papers_of_a_meeting(new_context: NewContext, stack: Stack, printed: str) -> None:
    page = new_context(1280).new_page()
    log_in(page, stack)
    roster(page, printed)
    badges(page, printed)
    envelopes(page, printed)
    desk(page)
    page.goto(f"{printed}/certificates")
    assert len(sheets(page)) == CAME
    flyer(page, printed)


def roster(page: Page, address: str) -> None:
    page.goto(f"{address}/roster?contacts=1")
    look(page, "print-roster")
    found = sheets(page)
    assert len(found) == 3
    for number, one in enumerate(found, start=1):
        assert one.size == pytest.approx((HEIGHT, WIDTH), abs=1)
        assert "ふりがな" in one.text
        assert f"{number} / 3" in one.text
    text = "".join(one.text for one in found)
    assert all(f"A-{number:04d}" in text for number in range(1, PEOPLE + 1))
    assert "居場所づくり準備室" in text.replace("\r\n", "")


def desk(page: Page) -> None:
    page.goto("/desk/insatsu/sheet")
    look(page, "print-desk")
    found = sheets(page)
    for number, one in enumerate(found, start=1):
        assert f"{number} / {len(found)}" in one.text
    assert all("来場" in one.text and "所属団体" in one.text for one in found)
    assert sum(len(one.places) for one in found) == PEOPLE


def badges(page: Page, address: str) -> None:
    for sheet in SHEETS.values():
        page.goto(f"{address}/badges?sheet={sheet.code}&start={START}")
        numbers = page.locator(".badge__foot .num").all_inner_texts()
        found = sheets(page)
        assert len(found) == -(-(PEOPLE + START - 1) // sheet.places)
        for at, number in enumerate(numbers, start=START - 1):
            left, top = sheet.corner(at % sheet.places)
            x, y = found[at // sheet.places].places[number]
            assert left < x < left + sheet.width
            assert top < y < top + sheet.height
        assert len(numbers) == PEOPLE
    page.get_by_role("button", name="ここにある分を印刷済みにする").click()
    expect(page.locator("main")).to_contain_text(f"{PEOPLE}枚を、印刷済みにしました")
    look(page, "printing")
    page.set_viewport_size({"width": 360, "height": 800})
    look(page, "printing")
    page.goto(f"{address}/badges")
    expect(page.locator("main")).to_contain_text("印刷する名札はありません")
    look(page, "print-badges-none")
    page.set_viewport_size({"width": 1280, "height": 800})


def envelopes(page: Page, address: str) -> None:
    page.goto(f"{address}/envelopes?sheet=24")
    look(page, "print-envelopes")
    (only,) = sheets(page)
    assert only.text.count("〒231-0000") == 5
    assert only.text.count("様") == 5
    assert "御中" not in only.text
    assert only.text.count("1203号室") == 5


def flyer(page: Page, address: str) -> None:
    page.goto(f"{address}/flyer")
    look(page, "print-flyer")
    (only,) = sheets(page)
    assert "03-0000-0001" in only.text
    assert "お弁当" in only.text
    assert "/events/insatsu" in only.text.replace("\r\n", "")
    assert page.locator(".flyer").bounding_box()["height"] * 25.4 / 96 <= HEIGHT  # type: ignore[index]


def test_papers_on_a_phone(new_context: NewContext, stack: Stack, printed: str) -> None:
    page = new_context(360).new_page()
    log_in(page, stack)
    for paper in ("badges", "flyer"):
        page.goto(f"{printed}/{paper}?which=all")
        look(page, f"phone-{paper}")
        left, right, width = page.evaluate(REACHED)
        assert left >= 0, paper
        assert right <= width, paper
    page.goto(f"{printed}/badges?which=all")
    sheet = page.locator(".labels").first.bounding_box()
    assert sheet is not None
    assert sheet["x"] + sheet["width"] <= width, "seen as a whole"
    page.goto(f"/office/signups/{signup_of(stack)}/confirmation")
    look(page, "phone-confirmation")
    to = page.locator(".slip-of__head > div").first.bounding_box()
    assert to is not None
    assert to["width"] >= ROOM


def signup_of(stack: Stack) -> int:
    """A sign-up with a long address."""
    app = create_app(load_settings(instance_path=stack.instance, public_url=stack.url))
    with app.app_context():
        query = select(Registration.id).where(Registration.postal_address == ADDRESS)
        found = db.session.scalars(query.order_by(Registration.id)).first()
        db.session.remove()
        db.engine.dispose()
    assert found is not None
    return found
