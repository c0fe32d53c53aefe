"""The office's guides, followed step by step; TSUDOI_PICTURES=1 takes their pictures anew."""

import os
import re

from playwright.sync_api import Page, expect

from app.config import load_settings
from app.db import db
from app.factory import create_app
from tests.browser.conftest import ROOT, Stack, look
from tests.browser.test_desk import link_for, open_desk
from tests.browser.test_entry import take_call
from tests.browser.test_office import NewContext, log_in
from tests.factories import make_event, make_signups

PICTURES = ROOT / "docs/office/pictures"
MEETING = "/office/events/wnj-30-soukai"


def picture(page: Page, name: str) -> None:
    """What the window shows, as a guide has it."""
    page.wait_for_load_state()
    page.evaluate("scrollTo(0, 0)")
    if os.environ.get("TSUDOI_PICTURES"):
        PICTURES.mkdir(exist_ok=True)
        page.screenshot(path=PICTURES / f"{name}.png")


def test_open_a_meeting(new_context: NewContext, stack: Stack) -> None:
    page = new_context(1000).new_page()
    log_in(page, stack)
    page.get_by_role("link", name="会合の管理").click()
    picture(page, "1-meetings")
    row = page.locator("main tr", has_text="調査報告会")
    row.get_by_role("link", name="複製する").first.click()
    page.get_by_role("button", name="複製を作る").click()
    expect(page.locator("main")).to_contain_text("この会合を公開する")
    for words in ("案内文・主催・残す期間", "公開前のページを見る"):
        expect(page.locator("body")).to_contain_text(words)
    picture(page, "1-draft")
    page.goto(f"{page.url}/settings")
    for words in ("参加できる方", "申し込むときに選ぶ立場"):
        expect(page.locator("main")).to_contain_text(words)


def test_a_telephone_sign_up(new_context: NewContext, stack: Stack) -> None:
    page = new_context(1000).new_page()
    log_in(page, stack)
    page.goto(f"{MEETING}/registrations")
    page.get_by_role("link", name="電話・FAX・はがきの申込みを入力").click()
    picture(page, "2-enter")
    expect(page.locator("main")).to_contain_text("個人情報の取扱いを伝えた")
    number = take_call(page, "見本 手引", lambda: picture(page, "2-number"))
    expect(page.locator("#p0-name")).to_be_focused()  # the next one
    page.goto(f"{MEETING}/registrations")
    page.get_by_role("link", name=number).click()
    for words in ("確認書を印刷する", "代わりの人が出席"):
        expect(page.locator("main")).to_contain_text(words)


def somebody_at(stack: Stack) -> str:
    """The address of a meeting of its own with one sign-up, in the running copy."""
    app = create_app(load_settings(instance_path=stack.instance, public_url=stack.url))
    with app.app_context():
        make_signups(make_event("tayori"), 1)
        db.session.remove()
        db.engine.dispose()
    return "tayori"


def test_a_reminder(new_context: NewContext, stack: Stack) -> None:
    page = new_context(1000).new_page()
    log_in(page, stack)
    page.goto(f"{MEETING}/reminders")
    picture(page, "3-reminders")
    page.goto(f"/office/events/{somebody_at(stack)}/registrations")
    choice = page.locator("main option", has_text="お知らせの送り先にする")
    expect(choice.first).to_be_attached()
    page.goto(f"{MEETING}/reminders")
    page.get_by_role("link", name="お知らせを書く").first.click()
    for words in ("自分あてに試しに送る", "確認画面へ進む"):
        expect(page.get_by_role("button", name=words).last).to_be_visible()
    picture(page, "3-write")
    page.goto("/office/by-hand")
    expect(page.locator("body")).to_contain_text("電話")


def test_the_day_itself(new_context: NewContext, stack: Stack) -> None:
    page = new_context(1000).new_page()
    log_in(page, stack)
    page.goto(f"{MEETING}/reception")
    for words in ("印をつける受付の紙を印刷する", "印をつけた紙を入力する"):
        expect(page.get_by_role("link", name=words)).to_be_visible()
    picture(page, "4-reception")
    page.get_by_role("button", name="写しで練習する").click()
    link = link_for(page, "見本の手伝い")
    desk = new_context(400).new_page()
    open_desk(desk, link, "受付1")
    desk.get_by_role("button", name="来場にする").first.click()
    for words in ("元に戻す", "申し込みのない方を受け付ける", "QRコードを読み取る"):
        expect(desk.locator("main")).to_contain_text(words)
    picture(desk, "4-desk")
    page.goto(page.url.split("/reception")[0] + "/reception")
    page.get_by_role("button", name="この練習を消す").click()


def test_afterwards(new_context: NewContext, stack: Stack) -> None:
    page = new_context(1000).new_page()
    log_in(page, stack)
    page.goto(f"{MEETING}/overview")
    expect(page.locator("main")).to_contain_text("申込者")
    page.goto(f"{MEETING}/print")
    expect(page.locator("main")).to_contain_text("参加証明書")
    page.goto("/office/")
    page.get_by_role("link", name="情報の保管期限").click()
    expect(page.locator("h1")).to_contain_text("保管期限")
    picture(page, "5-retention")


def test_the_guides_stand_in_the_office(new_context: NewContext, stack: Stack, width: int) -> None:
    page = new_context(width).new_page()
    log_in(page, stack)
    page.get_by_role("link", name="使い方").click()
    look(page, "help")
    page.get_by_role("link", name="会を開く").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("会を開く")
    expect(page.locator("main img").first).to_have_js_property("complete", value=True)
    wide = page.locator("main img").first.evaluate("one => one.naturalWidth")
    assert wide == 1000, "the picture was found"
    look(page, "help-guide")
    page.get_by_role("link", name=re.compile("電話")).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("電話")
