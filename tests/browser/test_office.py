"""The main job, whole: sign up, be confirmed, see the list, export it, send the reminder."""

import csv
import io
import re
from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import Stack, letter_saying, look, wait_until
from tests.browser.test_sign_up import complete, to_check

NewContext = Callable[..., BrowserContext]
See = Callable[[Page, str], None]


def log_in(page: Page, stack: Stack, password: str | None = None, address: str = "") -> None:
    first_address, first = stack.login
    page.goto("/office/")
    page.get_by_label("メールアドレス").fill(address or first_address)
    page.get_by_label("パスワード").fill(password or first)
    page.get_by_role("button", name="ログイン").click()
    page.wait_for_url(lambda url: not url.partition("?")[0].endswith("/office/login"))
    if page.url.endswith("/office/settings"):  # a new copy begins there
        page.get_by_role("link", name="あとで設定する").click()


def test_the_main_job(
    new_context: NewContext, stack: Stack, width: int, *, javascript: bool
) -> None:
    see = look if javascript else unseen  # axe is a script, too
    visitor = new_context(width, javascript=javascript).new_page()
    name = f"見本 仕事{'有' if javascript else '無'}{width}"
    number = be_confirmed(visitor, name)

    page = new_context(width, javascript=javascript).new_page()
    page.goto("/office/")
    see(page, "office-login")
    page.get_by_role("button", name="ログイン").click()
    expect(page).to_have_title(re.compile("エラー"))
    log_in(page, stack)
    expect(page.locator("body")).to_contain_text("メールは外に送られません")
    see(page, "office-index")

    find_in_list(page, name, number, see, javascript=javascript)
    row = next(row for row in exported(page) if row["受付番号"] == number)
    assert row["氏名"] == name

    write_reminder(page, see)
    letter_saying(visitor, "office@example.com")
    send_reminder(page, see)
    assert "お知らせ" in letter_saying(visitor, "定期総会")
    page.get_by_role("button", name="ログアウト").click()
    page.goto("/office/")
    expect(page).to_have_url(re.compile("/office/login"))


def unseen(_page: Page, _name: str) -> None:
    """No picture."""


def be_confirmed(visitor: Page, name: str) -> str:
    """Sign up, read the letter that travelled, follow its link; return the number."""
    to_check(visitor, name)
    number = complete(visitor)
    letter = letter_saying(visitor, name)
    assert re.search(r"【受付完了】\d+月\d+日\(.\)の会合", letter)
    assert number in letter
    visitor.locator("main a[href*='/r/']").first.click()
    expect(visitor.locator("main")).to_contain_text(name)
    return number


def find_in_list(page: Page, name: str, number: str, see: See, *, javascript: bool) -> None:
    page.locator("main a[href$='wnj-30-soukai/registrations']").first.click()
    see(page, "office-list")
    page.locator("input[name=q]").fill(number.lower())
    page.get_by_role("button", name="しぼりこむ").click()
    expect(page.locator("main")).to_contain_text(name)
    # A script counts them at once; without one, links lead there.
    expect(page.locator(".sums" if javascript else "[data-totals]").first).to_contain_text("人")
    see(page, "office-list-found")
    page.locator("summary", has_text="所属団体・回答などの人数").click()
    if javascript:
        expect(page.locator("details .abreast")).to_contain_text("団体")
    see(page, "office-list-sums")
    page.get_by_role("link", name="立場・回答ごとの数").click()
    expect(page.locator("main")).to_contain_text("次の方だけの数です")
    see(page, "office-totals-found")
    page.get_by_role("link", name="一覧に戻る").click()


def write_reminder(page: Page, see: See) -> None:
    """Write, mistype a word, be told the right one, send a test to oneself."""
    page.goto("/office/events/wnj-30-soukai/reminders")
    see(page, "office-reminders")
    page.locator("main a[href$='/reminders/new']").first.click()
    see(page, "office-write")
    body = page.locator("textarea[name=body]")
    text = body.input_value()
    body.fill(f"{text}\n{{{{氏明}}}}")
    page.get_by_role("button", name="確認").last.click()
    expect(page).to_have_title(re.compile("エラー"))
    see(page, "office-write-error")
    page.get_by_role("button", name=re.compile("に直す")).first.click()
    expect(page.locator("textarea[name=body]")).to_have_value(f"{text}\n{{{{氏名}}}}")
    page.locator("textarea[name=body]").fill(text)
    page.get_by_role("button", name="自分あてに試しに送る").click()


def send_reminder(page: Page, see: See) -> None:
    """Answer the question with the number, and follow the letters until all are accepted."""
    page.get_by_role("button", name="確認").last.click()
    see(page, "office-send")
    page.locator("main form .btn--red").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    wait_until(lambda: everything_accepted(page))
    see(page, "office-progress")


def exported(page: Page) -> list[dict[str, str]]:
    page.goto("/office/events/wnj-30-soukai/export")
    page.get_by_label("CSV（UTF-8）").check()
    with page.expect_download() as download:
        page.locator("main form .btn").click()
    raw = download.value.path().read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf"), "Excel needs the byte order mark"
    return list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline="")))


def everything_accepted(page: Page) -> bool:
    """By refresh alone, as it must work without JavaScript."""
    page.reload(wait_until="domcontentloaded")
    return page.locator("[data-over]").count() > 0


def test_the_office_in_english(new_context: NewContext, stack: Stack, width: int) -> None:
    page = new_context(width).new_page()
    page.goto("/office/?lang=en")
    page.get_by_label("E-mail address").fill(stack.login[0])
    page.get_by_label("Password").fill(stack.login[1])
    page.get_by_role("button", name="Log in").click()
    for name, path in {
        "index": "/office/",
        "overview": "/office/events/wnj-30-soukai/overview",
        "plan": "/office/events/wnj-30-soukai/plan",
        "orders": "/office/events/wnj-30-soukai/orders",
        "list": "/office/events/wnj-30-soukai/registrations",
        "reminders": "/office/events/wnj-30-soukai/reminders",
        "write": "/office/events/wnj-30-soukai/reminders/new",
        "totals": "/office/events/wnj-30-soukai/totals",
        "settings": "/office/events/wnj-30-soukai/settings",
        "questions": "/office/events/wnj-30-soukai/questions",
        "files": "/office/events/wnj-30-soukai/files",
        "duplicates": "/office/events/wnj-30-soukai/duplicates",
        "history": "/office/history",
        "password": "/office/password",
        "association": "/office/settings",
    }.items():
        page.goto(f"{path}?lang=en")
        look(page, f"office-{name}-en")
        assert not re.search("[ぁ-ん]{3}", page.inner_text("h1")), path


def test_a_stranger_sees_nothing_of_the_office(new_context: NewContext) -> None:
    page = new_context().new_page()
    page.goto("/office/events/wnj-30-soukai/registrations")
    expect(page).to_have_url(re.compile("/office/login"))
    page.get_by_label("メールアドレス").fill("nobody@example.com")
    page.get_by_label("パスワード").fill("not the password")
    page.get_by_role("button", name="ログイン").click()
    first = page.inner_text("main")
    page.get_by_label("メールアドレス").fill("office@example.com")
    page.get_by_label("パスワード").fill("not the password")
    page.get_by_role("button", name="ログイン").click()
    assert page.inner_text("main") == first
