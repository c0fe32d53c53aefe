"""The reception on a phone: two desks by links, a code before a camera, paper, practising."""

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
import segno
from playwright.sync_api import Browser, Page, expect

from app.base.tokens import link_signer
from app.config import load_settings
from tests.browser.conftest import CHROMIUM, FLAGS, PATIENCE, Stack, look
from tests.browser.test_office import NewContext, log_in
from tests.browser.test_paper import sheets

WIDTH, HEIGHT, SCALE = 640, 480, 8


def film(text: str, path: Path) -> None:
    """A film (Y4M) that shows the code of ``text``, as a camera would."""
    rows = [[16 if dark else 235 for dark in row] for row in segno.make(text).matrix_iter()]
    left, top = ((side - len(rows) * SCALE) // 2 for side in (WIDTH, HEIGHT))
    grey = bytearray([235]) * (WIDTH * HEIGHT)
    for y, row in enumerate(rows):
        line = b"".join(bytes([dot]) * SCALE for dot in row)
        for at in range(SCALE):
            start = (top + y * SCALE + at) * WIDTH + left
            grey[start : start + len(line)] = line
    colourless = bytes([128]) * (WIDTH * HEIGHT // 2)
    head = f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F10:1 Ip A1:1 C420jpeg\n".encode()
    path.write_bytes(head + (b"FRAME\n" + bytes(grey) + colourless) * 2)


def code_of(stack: Stack, name: str, meeting: str) -> str:
    """What the code of somebody's sign-up holds."""
    with sqlite3.connect(stack.instance / "tsudoi.db", timeout=10) as connection:
        query = (
            "SELECT r.id FROM registration r JOIN series s ON s.id = r.series_id "
            "WHERE s.slug = ? AND r.contact_name = ?"
        )
        (registration,) = connection.execute(query, (meeting, name)).fetchone()
    settings = load_settings(instance_path=stack.instance, public_url=stack.url)
    return link_signer(settings.keys).sign("check-in", registration, 1).upper()


@pytest.fixture
def practice(new_context: NewContext, stack: Stack) -> Iterator[Page]:
    """The office's page of a meeting to practise with; it vanishes afterwards."""
    page = new_context(1280).new_page()
    log_in(page, stack)
    page.goto("/office/events/wnj-30-soukai/reception")
    look(page, "office-reception")
    page.get_by_role("button", name="写しで練習する").click()
    expect(page).to_have_url(re.compile("/practice-"))
    yield page
    page.goto(page.url.split("/reception")[0] + "/reception")
    page.get_by_role("button", name="この練習を消す").click()
    expect(page.locator("main")).to_contain_text("練習は、中の方もすべて消えました。")


def link_for(page: Page, label: str) -> str:
    """Make a link for helpers, and look at its guide: one sheet."""
    page.get_by_label("だれのためのリンクか").fill(label)
    page.get_by_role("button", name="リンクを作る").click()
    link = page.locator(".slip a").first.get_attribute("href") or ""
    page.get_by_role("link", name=f"手引きを印刷する {label}").click()
    expect(page.locator(".guide")).to_contain_text(link)
    assert sheets(page) == 1
    page.go_back()
    return link


def open_desk(page: Page, link: str, name: str) -> None:
    page.goto(link)
    page.get_by_label("この受付の名前").fill(name)
    page.get_by_role("button", name="この端末で受付を開く").click()
    expect(page).to_have_url(re.compile("/desk/practice-"))


def test_two_desks_and_a_code(
    practice: Page, new_context: NewContext, stack: Stack, chromium: Browser, tmp_path: Path
) -> None:
    link = link_for(practice, "手伝いの方")
    first, second = new_context(360).new_page(), new_context(360, javascript=False).new_page()
    first.goto(link)
    look(first, "desk-open")
    open_desk(first, link, "受付1")
    open_desk(second, link, "受付2")
    for page in (first, second):
        page.get_by_label("お名前(ふりがな)か受付番号").fill("ミホ")
        page.get_by_role("button", name="さがす").last.click()
        expect(page.locator(".guest")).to_have_count(8)
    tap(first, "見本 花子", "来場にする")
    expect(first.locator(".undo")).to_contain_text("見本 花子 さんを来場にしました。")
    look(first, "desk")
    tap(second, "見本 花子", "来場にする")
    expect(second.locator("main")).to_contain_text("受付1 で来場になっています。")
    expect(second.locator(".tally")).to_contain_text("1人")
    first.get_by_role("button", name="元に戻す").click()
    expect(first.locator(".guest", has_text="見本 花子")).to_contain_text("まだ")
    tap(first, "見本 太郎", "会場に変えて来場にする")
    look(first, "desk-reason")
    first.get_by_label("受け付ける理由").fill("席を足しました")
    first.get_by_role("button", name="受け付けて来場にする").click()
    expect(first.locator(".guest--in")).to_contain_text("見本 太郎")
    slug = first.url.rsplit("/", 1)[1]
    scan(chromium, stack, link, code_of(stack, "見本 茂", slug), tmp_path)
    enter_sheet(second, slug)
    first.goto(f"/desk/{slug}/walk-in")
    look(first, "desk-walk-in")


def tap(page: Page, name: str, act: str) -> None:
    row = page.locator(".guest", has_text=name)
    row.get_by_role("button", name=act).click()


def scan(chromium: Browser, stack: Stack, link: str, code: str, folder: Path) -> None:
    """Hold a code before the camera: its person is shown, and taken in by one tap."""
    film(code, folder / "camera.y4m")
    camera = (
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-video-capture={folder / 'camera.y4m'}",
    )
    browser = chromium.browser_type.launch(executable_path=CHROMIUM, args=[*FLAGS, *camera])
    context = browser.new_context(viewport={"width": 360, "height": 800}, base_url=stack.url)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    open_desk(page, link, "受付3")
    page.get_by_role("link", name="QRコードを読み取る").click()
    expect(page.locator(".guest")).to_have_count(1)
    expect(page.locator(".guest")).to_contain_text("見本 茂")
    tap(page, "見本 茂", "来場にする")
    expect(page.locator(".guest--in")).to_contain_text("見本 茂")
    browser.close()


def enter_sheet(page: Page, slug: str) -> None:
    """By keyboard alone: tick, go on, a time, send."""
    page.goto(f"/desk/{slug}/sheet/enter")
    page.get_by_label("ふだんの来場の時刻").fill("0:00")
    page.locator("[type=checkbox]").first.focus()
    for key in ("Space", "Tab", "Enter"):
        page.keyboard.press(key)
    expect(page.locator("main")).to_contain_text("入力しました: 来場 1人、退場 0人。")


def test_without_a_camera_the_number_is_asked(practice: Page) -> None:
    slug = practice.url.split("/")[-2]
    practice.goto(f"/desk/{slug}/scan")
    expect(practice.locator("[data-said]")).to_contain_text("受付番号を入力してください")
    look(practice, "desk-scan")
    practice.get_by_label("受付番号").fill("r1")
    practice.get_by_role("button", name="さがす").click()
    expect(practice.locator(".guest")).to_contain_text("見本 花子")
    practice.goto(f"/office/events/{slug}/reception")
