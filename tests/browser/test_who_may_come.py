"""Who may come: a meeting for those invited, then one whose office decides; as what people come."""

import re
from datetime import date, timedelta

from playwright.sync_api import Page, expect

from tests.browser.conftest import Stack, letter_saying, look
from tests.browser.test_office import NewContext, See, log_in, unseen

PHONE = 360


def new_meeting(page: Page, title: str) -> str:
    """Make and publish a meeting of a month from now; give the address of its office pages."""
    page.goto("/office/meetings/new")
    page.get_by_label("そのほかの会合").check()
    page.locator("#title").fill(title)
    day = date.today() + timedelta(days=30)  # noqa: DTZ011  # any day to come
    page.locator("#day").fill(day.isoformat())
    page.locator("#start").fill("13:30")
    page.locator("#end").fill("15:00")
    page.get_by_role("button", name="下書きを作る").click()
    expect(page.locator("h1")).to_have_text(title)
    address = page.url.rstrip("/")
    page.goto(f"{address}/settings")
    page.locator("#opens_at").fill("2026-01-01T10:00")
    page.locator("#venue_name").fill("見本会館 3階")
    return address


def store(page: Page) -> None:
    page.get_by_role("button", name="設定を保存").last.click()
    expect(page.locator("main")).to_contain_text("設定を保存しました")


def publish(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("button", name="この会合を公開する").click()
    expect(page.locator("main")).to_contain_text("会合を公開しました")


def invite(page: Page, address: str, width: int) -> str:
    """Invite two people to a draft, then publish it; give the link that the letter brought."""
    page.goto(f"{address}/invitations")
    page.locator("#lines").fill(f"見本 招子{width}\tmaneko{width}@example.com\n例 客子{width}")
    look(page, "who-invitations")
    page.get_by_role("button", name="確認画面へ進む").click()
    expect(page.locator("main")).to_contain_text("1人はリンクだけを作ります")
    look(page, "who-invitations-check")
    page.get_by_role("button", name="リンクを作る").click()
    expect(page.locator("main")).to_contain_text("リンクを2本作りました")
    look(page, "who-invitations-made")
    publish(page, address)
    page.goto(f"{address}/invitations")
    expect(page.locator("main")).to_contain_text("1人にまだメールを送っていません")
    look(page, "who-invitations-unsent")
    page.get_by_role("button", name="メールを送る").click()
    expect(page.locator("main")).to_contain_text("メールを1通送ります")
    letter = letter_saying(page, f"見本 招子{width} 様")
    link = re.search(r"http://\S+/invited/\S+", letter)
    assert link is not None
    return link[0]


def come_by(visitor: Page, link: str, slug: str, see: See) -> None:
    """Sign up by a link of invitation, as a guest."""
    visitor.goto(f"/events/{slug}")
    expect(visitor.locator("main")).to_contain_text("ご案内した方のみ")
    see(visitor, "who-by-invitation")
    visitor.goto(link)
    expect(visitor.locator("#p0-name")).to_have_value(re.compile("見本 招子"))
    visitor.locator("#p0-reading").fill("みほん まねこ")
    visitor.get_by_role("button", name="確認画面へ進む").last.click()
    expect(visitor.locator("main")).to_contain_text("どの立場で参加するかを選んでください")
    visitor.get_by_label("来賓", exact=True).check()
    see(visitor, "who-form")
    visitor.get_by_role("button", name="確認画面へ進む").last.click()
    expect(visitor.locator("main")).to_contain_text("来賓")
    visitor.get_by_role("button", name="この内容で申し込む").last.click()
    expect(visitor.get_by_role("heading", level=1)).to_contain_text("受け付けました")


def ask_to_come(asking: Page, slug: str, width: int) -> None:
    """Sign up where the office decides, as somebody of the press."""
    asking.goto(f"/events/{slug}/register")
    asking.locator("#p0-name").fill(f"例 申子{width}")
    asking.locator("#p0-reading").fill("れい もうしこ")
    asking.get_by_label("報道", exact=True).check()
    asking.locator("#email").fill(f"moshiko{width}@example.com")
    asking.get_by_role("button", name="確認画面へ進む").last.click()
    look(asking, "who-check")
    asking.get_by_role("button", name="この内容で申し込む").last.click()
    expect(asking.locator("main")).to_contain_text("事務局で確認しています")
    look(asking, "who-asked")


def decide(page: Page, address: str) -> None:
    """Let them come."""
    page.goto("/office/")
    expect(page.locator("main")).to_contain_text("承認を待っている申込み")
    page.goto(f"{address}/registrations?state=requested")
    look(page, "who-list")
    page.locator("main tbody tr td a").first.click()
    page.get_by_role("link", name="承認するかどうかを決める").click()
    look(page, "who-decide")
    page.get_by_role("button", name="選んだ人を承認する").click()
    expect(page.locator("main")).to_contain_text("承認しました")
    look(page, "who-signup")
    letter_saying(page, "【ご参加いただけます】")


def ask_about_all(page: Page, address: str) -> None:
    """The question names a number; where it is another by now, it is asked once more."""
    page.goto(f"{address}/acts/new?act=cancel&whom=all")
    expect(page.locator("h1")).to_contain_text("人を取り消しますか")
    page.locator("input[name=people]").evaluate("field => { field.value = '1'; }")
    page.get_by_role("button", name="人を取り消す").click()
    expect(page.locator("main")).to_contain_text("その間に人数が変わりました")
    look(page, "who-ask-again")


def test_invited_asked_as_what_and_decided(
    new_context: NewContext, stack: Stack, width: int
) -> None:
    page = new_context(width).new_page()
    log_in(page, stack)
    address = new_meeting(page, f"見本の懇談会 {width}")
    page.get_by_label("ご案内した方だけ").check()
    for word in ("会員・代議員", "来賓", "報道"):
        page.get_by_label(word, exact=True).check()
    look(page, "who-settings")
    store(page)
    link = invite(page, address, width)
    slug, javascript = address.rpartition("/")[2], width != PHONE
    visitor = new_context(width, javascript=javascript).new_page()
    come_by(visitor, link, slug, look if javascript else unseen)

    page.goto(f"{address}/settings")
    page.get_by_label("事務局が承認した人だけ").check()
    store(page)
    ask_to_come(new_context(width).new_page(), slug, width)
    decide(page, address)
    page.goto(f"{address}/totals")
    expect(page.locator("main")).to_contain_text("立場ごとの申込者")
    look(page, "who-totals")
    ask_about_all(page, address)
    page.goto(f"{address}/print/badges")
    expect(page.locator(".label", has_text="来賓")).to_have_count(1)
    page.goto(f"{address}/files")
    look(page, "who-files")
