"""The rest of the web in a browser: data for machines, the framed list, files."""

from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests import papers
from tests.browser.conftest import Stack, look
from tests.browser.test_office import log_in

NewContext = Callable[..., BrowserContext]


def test_the_policy_lets_data_for_machines_be(page: Page) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto("/events/wnj-30-soukai")
    assert page.locator('script[type="application/ld+json"]').count() == 1
    look(page, "meeting")
    assert said == []


@pytest.fixture
def site(stack: Stack) -> Iterator[str]:
    """The address of a page of another site that frames two pages of ours.

    A real server: browsers do not let pages from afar frame what runs on one's own machine.
    """
    frames = "".join(
        f'<iframe src="{stack.url}{path}" width="300" height="600"></iframe>'
        for path in ("/embed/events", "/")
    )

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(f"<title>x</title>{frames}".encode())

        def log_message(self, *_args: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def test_the_list_in_a_frame_of_another_site(
    new_context: NewContext, stack: Stack, site: str
) -> None:
    page = new_context(800).new_page()
    page.goto(site)
    framed = page.frame_locator("iframe").first
    expect(framed.get_by_role("heading", level=1)).to_have_text("これからの会合")
    assert "会合のご案内" not in page.frames[2].content(), "no other page may be framed"
    framed.get_by_role("link", name="第30回 WNJ 定期総会").click()
    page.wait_for_url(f"{stack.url}/events/wnj-30-soukai")


def test_the_framed_list_is_small_and_without_barriers(new_context: NewContext) -> None:
    for width in (280, 300):
        page = new_context(width).new_page()
        page.goto("/embed/events")
        look(page, "embed")


def test_a_file_is_put_up_opened_and_removed(page: Page, stack: Stack, tmp_path: Path) -> None:
    log_in(page, stack)
    page.goto("/office/events/earthday-tokyo-2026/files")
    paper = tmp_path / "出展の報告.pdf"
    paper.write_bytes(papers.PDF)
    liar = tmp_path / "資料.docx"
    liar.write_bytes(b"words")
    page.get_by_label("ファイル").set_input_files(liar)
    page.get_by_role("button", name="このファイルを載せる").click()
    expect(page).to_have_title("エラー: 資料: アースデー東京 2026 - WNJ")
    look(page, "files-error")
    page.get_by_label("ファイル").set_input_files(paper)
    page.get_by_role("button", name="このファイルを載せる").click()
    expect(page.get_by_role("status")).to_contain_text("資料を載せました")
    look(page, "files")
    page.goto("/events/earthday-tokyo-2026")
    link = page.get_by_role("link", name="出展の報告.pdf")
    with page.expect_response("**/files/**") as got:
        link.evaluate("link => fetch(link.href)")
    assert got.value.body() == papers.PDF
    page.goto("/office/events/earthday-tokyo-2026/files")
    page.get_by_role("link", name="取り除く").click()
    look(page, "files-remove")
    page.get_by_role("button", name="この資料を取り除く").click()
    expect(page.get_by_text("資料はまだありません")).to_be_visible()
