"""Materials of a meeting, from the office's form to whoever opens them."""

import io
import re
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from app.auth.queries import list_history_of
from app.base.clock import now
from app.base.errors import Busy, NotFound
from app.db import db
from app.events.files import queries, service
from app.events.files.facts import (
    OFFICE,
    FileTerms,
    FileView,
    NewFile,
    everybody,
    signed_up,
)
from app.events.files.rules import LARGEST, MOST, FileRefused
from app.events.models import EventFile
from app.registration import links
from tests import papers
from tests.conftest import count_queries
from tests.entries import person, sign_up
from tests.factories import make_event, make_series
from tests.office import actions, enter, hidden_of, make_account, token_of
from tests.pages import filled

PAGE = "/office/events/soukai/files"
FILENAME = "議案書 第1号.pdf"


@pytest.fixture
def office(office_client: FlaskClient) -> FlaskClient:
    enter(office_client)
    return office_client


def new(filename: str = FILENAME, data: bytes = papers.PDF, **more: Any) -> NewFile:
    given = {"title_ja": "", "title_en": "", "audience": "everybody", **more}
    return NewFile(filename=filename, data=data, terms=FileTerms(**given))


def upload(
    client: FlaskClient, data: bytes | None, filename: str = FILENAME, **values: Any
) -> TestResponse:
    """Open the page and send its form with a file, as a browser does."""
    form: dict[str, Any] = {"audience": "everybody", "title": "", "title_en": "", **values}
    form["csrf_token"] = token_of(client.get(PAGE))
    if data is not None:
        form["file"] = FileStorage(io.BytesIO(data), filename=filename, name="file")
    return post(client, form)


def post(client: FlaskClient, form: dict[str, Any]) -> TestResponse:
    """Send a form with a file, made in memory: the client would leave a temporary file open."""
    boundary, body = encode_multipart(form)
    return client.post(PAGE, data=body, content_type=f'multipart/form-data; boundary="{boundary}"')


def kept(app: Flask) -> list[FileView]:
    with app.app_context():
        ids = db.session.scalars(select(EventFile.event_id).distinct()).all()
        return [one for found in ids for one in queries.list_files(found, "ja", OFFICE)]


def path_of(file: FileView, slug: str = "soukai") -> str:
    return f"/events/{slug}/files/{file.id}/{quote(file.filename)}"


def test_from_the_office_to_the_page_of_the_meeting(
    app: Flask, office: FlaskClient, client: FlaskClient
) -> None:
    make_event()
    answer = upload(office, papers.PDF * 30_000, title="議案書", title_en="Agenda")
    assert (answer.status_code, answer.location) == (303, PAGE)
    page = office.get(PAGE).text
    assert "資料を載せました" in page
    assert FILENAME in page
    (file,) = kept(app)
    shown = client.get("/events/soukai").text
    assert f'href="{path_of(file)}">議案書</a>' in shown
    assert "(PDF、1.4 MB)" in shown
    assert "(PDF, 1.4 MB)" in client.get("/events/soukai?lang=en").text
    got = client.get(path_of(file))
    assert got.data == papers.PDF * 30_000
    assert actions(app) == ["file.added"]


def test_headers_of_a_file(app: Flask, client: FlaskClient) -> None:
    event_id = make_event()
    by = make_account()
    for one in (new(), new("表.xlsx", papers.office("xlsx")), new("読む.txt", papers.TEXT)):
        service.add_file(event_id, one, by)
    for file in kept(app):
        got = client.get(path_of(file))
        assert got.status_code == 200
        assert got.content_type == file.media_type
        assert got.headers["X-Content-Type-Options"] == "nosniff"
        assert got.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert got.headers["X-Frame-Options"] == "DENY"
        assert int(got.headers["Content-Length"]) == file.size == len(got.data)
        said = got.headers["Content-Disposition"]
        assert said.startswith("inline" if file.kind == "pdf" else "attachment")
        assert f"filename*=UTF-8''{quote(file.filename, safe='')}" in said
        assert "Set-Cookie" not in got.headers


def test_a_question_about_a_file_does_not_read_it(app: Flask, client: FlaskClient) -> None:
    service.add_file(make_event(), new(), make_account())
    (file,) = kept(app)
    etag = client.get(path_of(file)).headers["ETag"]
    with count_queries(app) as sent:
        head = client.head(path_of(file))
        again = client.get(path_of(file), headers={"If-None-Match": etag})
    assert (head.status_code, head.data) == (200, b"")
    assert int(head.headers["Content-Length"]) == len(papers.PDF)
    assert (again.status_code, again.data) == (304, b"")
    assert not any("SELECT event_file.data" in statement for statement in sent)


def test_who_may_have_it(app: Flask, client: FlaskClient) -> None:
    by = make_account()
    open_id, draft_id = make_event(), make_event("shitagaki", state="draft")
    service.add_file(open_id, new("min.pdf"), by)
    service.add_file(open_id, new("uchi.pdf", audience="signed_up"), by)
    service.add_file(draft_id, new("shita.pdf"), by)
    files = {file.filename: file for file in kept(app)}
    assert client.get(path_of(files["min.pdf"])).status_code == 200
    assert client.get(path_of(files["uchi.pdf"])).status_code == 404
    assert client.get(path_of(files["shita.pdf"], "shitagaki")).status_code == 404
    assert client.get(path_of(files["shita.pdf"])).status_code == 404, "of another meeting"
    assert client.get(f"/events/soukai/files/{files['min.pdf'].id}/evil.html").status_code == 404
    assert client.get("/events/soukai/files/99999999999999999999/a.pdf").status_code == 404
    assert "uchi.pdf" not in client.get("/events/soukai").text
    mine = files["uchi.pdf"].id
    assert queries.get_file(open_id, mine, "ja", signed_up(now())).filename == "uchi.pdf"
    with pytest.raises(NotFound):
        queries.get_file(open_id, mine, "ja", everybody(now()))


def test_from_and_until_when(app: Flask, client: FlaskClient) -> None:
    by, event = make_account(), make_event()
    hour = timedelta(hours=1)
    for name, start, end in (
        ("mada.pdf", hour, None),
        ("ima.pdf", -hour, hour),
        ("mou.pdf", None, -hour),
    ):
        times = {
            "shown_from": now() + start if start else None,
            "shown_until": now() + end if end else None,
        }
        service.add_file(event, new(name, **times), by)
    page = client.get("/events/soukai").text
    assert [one for one in ("mada.pdf", "ima.pdf", "mou.pdf") if one in page] == ["ima.pdf"]
    found = {file.filename: client.get(path_of(file)).status_code for file in kept(app)}
    assert found == {"mada.pdf": 404, "ima.pdf": 200, "mou.pdf": 404}
    with time_machine.travel(now() + 2 * hour, tick=False):
        found = {file.filename: client.get(path_of(file)).status_code for file in kept(app)}
    assert found == {"mada.pdf": 200, "ima.pdf": 404, "mou.pdf": 404}


def test_what_is_for_voters_only_they_may_have(app: Flask, client: FlaskClient) -> None:
    by, event = make_account(), make_event()
    file_id = service.add_file(event, new("gian.pdf", audience="voters"), by)
    got = {
        code: sign_up(
            "soukai", person("見本 花子", event, standing=code), email=f"{code or 'x'}@example.com"
        )
        for code in ("member", "observer", "")
    }
    found = {}
    for code, one in got.items():
        page = f"/r/{links.manage_token(one.registration_id, one.link_version)}"
        shown = "gian.pdf" in client.get(page).text
        found[code] = (shown, client.get(f"{page}/files/{event}/{file_id}").status_code)
    assert found == {"member": (True, 200), "observer": (False, 404), "": (False, 404)}
    assert "gian.pdf" not in client.get("/events/soukai").text


def test_who_votes_at_one_meeting_may_not_have_what_is_for_voters_of_another(
    app: Flask, client: FlaskClient
) -> None:
    by, series = make_account(), make_series()
    here = make_event("soukai", series_id=series)
    there = make_event("souritsu", series_id=series)
    asked = make_event("shingi", series_id=series, admission="approval")
    guest = person("見本 太郎", here, there, asked, standing="guest")
    got = sign_up("soukai", person("見本 花子", here, asked, standing="member"), guest)
    page = f"/r/{links.manage_token(got.registration_id, got.link_version)}"
    found = {}
    for event in (here, there, asked):
        file_id = service.add_file(event, new(f"gian{event}.pdf", audience="voters"), by)
        answer = client.get(f"{page}/files/{event}/{file_id}")
        found[event] = (f"gian{event}.pdf" in client.get(page).text, answer.status_code)
    assert found == {here: (True, 200), there: (False, 404), asked: (False, 404)}


def test_who_still_waits_for_an_answer_may_not_have_it(app: Flask, client: FlaskClient) -> None:
    by, event = make_account(), make_event(admission="approval")
    file_id = service.add_file(event, new("uchi.pdf", audience="signed_up"), by)
    got = sign_up("soukai", person("見本 花子", event))
    page = f"/r/{links.manage_token(got.registration_id, got.link_version)}"
    assert "uchi.pdf" not in client.get(page).text
    assert client.get(f"{page}/files/{event}/{file_id}").status_code == 404


def test_its_terms_can_be_changed(app: Flask, office: FlaskClient) -> None:
    make_event()
    answer = upload(
        office, papers.PDF, shown_from="2026-06-01T10:00", shown_until="2099-06-30T18:00"
    )
    assert answer.status_code == 303, answer.text
    (file,) = kept(app)
    assert f"{file.shown_from:%Y-%m-%dT%H:%M}" == "2026-06-01T01:00"
    address = f"{PAGE}/{file.id}/edit"
    form = filled(office.get(address))
    assert (form["shown_from"], form["audience"]) == ("2026-06-01T10:00", "everybody")
    for wrong, words in (
        ({"shown_until": "2026-05-01T10:00"}, "見せ始める日時より後"),
        ({"shown_from": "あした"}, "日付と時刻"),
        ({"audience": "x"}, "選んで"),
    ):
        answer = office.post(address, data={**form, **wrong})
        assert answer.status_code == 422, wrong
        assert words in answer.text
    changed = {**form, "title": "議案書", "audience": "voters", "shown_until": ""}
    assert office.post(address, data=changed).status_code == 303
    (file,) = kept(app)
    assert (file.title, file.audience, file.shown_until) == ("議案書", "voters", None)
    assert "会員・代議員" in office.get(PAGE).text
    office.post(address, data={**changed, **hidden_of(office.get(address))})
    assert "変わったところがない" in office.get(PAGE).text
    assert actions(app).count("file.changed") == 1
    assert office.get(f"{PAGE}/9999/edit").status_code == 404


def test_two_change_one_file_at_once(app: Flask, office: FlaskClient) -> None:
    make_event()
    upload(office, papers.PDF)
    address = f"{PAGE}/{kept(app)[0].id}/edit"
    page = filled(office.get(address))
    assert office.post(address, data={**page, "title": "資料"}).status_code == 303
    mine = {**page, "title_en": "Papers", "audience": "voters"}
    clash = office.post(address, data=mine)
    assert clash.status_code == 409
    box = clash.text.partition('class="errs')[2].partition("<h1>")[0]
    assert "資料" in box.partition("その間に変わったもの")[2]
    assert "いまの内容:" not in box
    assert office.post(address, data=filled(clash)).status_code == 303
    (file,) = kept(app)
    assert (file.title, file.audience) == ("資料", "voters")
    clash = office.post(address, data={**page, "title": "別の資料"})
    assert "いまの内容: 資料" in clash.text
    assert "入力した内容: 別の資料" in clash.text
    assert kept(app)[0].title == "資料"
    assert office.post(address, data=filled(clash)).status_code == 303
    assert (kept(app)[0].title, kept(app)[0].audience) == ("別の資料", "voters")


BAD = {
    "nothing": (None, "", "ファイルを選んでください"),
    "no name": (papers.PDF, "", "ファイルを選んでください"),
    "empty": (b"", FILENAME, "このファイルは空です"),
    "ending": (b"MZ", "setup.exe", "のどれかのファイルを選んでください"),
    "lie": (b"just words", FILENAME, "名前の終わり"),
    "html": (b"<script>alert(1)</script>", "a.pdf", "名前の終わり"),
    "large": (b"%PDF-" + b"x" * LARGEST, FILENAME, "10 MB以下のファイル"),
}


@pytest.mark.parametrize("what", BAD)
def test_what_is_not_taken_is_told_beside_the_field(
    app: Flask, office: FlaskClient, what: str
) -> None:
    data, filename, told = BAD[what]
    make_event()
    answer = upload(office, data, filename, title="題は<b>残る", audience="signed_up")
    assert answer.status_code == 422
    assert told in answer.text
    assert 'href="#file"' in answer.text, "the summary leads to the field"
    assert 'value="題は&lt;b&gt;残る"' in answer.text
    assert re.search(r'value="signed_up" checked', answer.text)
    assert "もう一度選んでください" in answer.text
    assert kept(app) == []


def test_a_bomb_is_told_so(office: FlaskClient) -> None:
    make_event()
    assert "大きくなりすぎます" in upload(office, papers.bomb(), "資料.docx").text


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_a_hundred_megabytes_are_refused_in_words(
    app: Flask, office: FlaskClient, lang: str
) -> None:
    make_event()
    read = 0

    class Endless(io.RawIOBase):
        at = 0

        def readable(self) -> bool:
            return True

        def tell(self) -> int:
            return self.at

        def seek(self, _offset: int, whence: int = 0) -> int:
            self.at = 100_000_000 if whence == io.SEEK_END else 0
            return self.at

        def readinto(self, buffer: Any) -> int:
            nonlocal read
            read += len(buffer)
            return len(buffer)

    answer = office.post(
        f"{PAGE}?lang={lang}",
        input_stream=Endless(),  # type: ignore[arg-type]  # all that is asked of one
        content_type="multipart/form-data; boundary=x",
    )
    assert answer.status_code == 413
    assert ("小さいファイル" if lang == "ja" else "a smaller file") in answer.text
    assert ("10 MBまで" if lang == "ja" else "up to 10 MB") in answer.text
    assert read == 100_000_000, "read off, for the browser to show the page, and thrown away"
    assert kept(app) == []


@pytest.mark.parametrize(
    ("filename", "expected"),
    [
        ("../../etc/議案.pdf", "議案.pdf"),
        ("..\\..\\a.pdf", "a.pdf"),
        ("長" * 300 + ".pdf", "長" * 78 + ".pdf"),
        ("a\u202efdp.pdf", "afdp.pdf"),
        ("<script>.pdf", "_script_.pdf"),
    ],
)
def test_names_lose_what_is_dangerous(
    app: Flask, office: FlaskClient, client: FlaskClient, filename: str, expected: str
) -> None:
    make_event()
    assert upload(office, papers.PDF, filename).status_code == 303
    (file,) = kept(app)
    assert file.filename == expected
    assert client.get(path_of(file)).status_code == 200


def test_a_name_with_line_ends_sets_no_header(app: Flask, client: FlaskClient) -> None:
    service.add_file(make_event(), new("a\r\nX-Evil: 1\r\n\r\n.pdf"), make_account())
    (file,) = kept(app)
    got = client.get(path_of(file))
    assert got.status_code == 200
    assert "X-Evil" not in got.headers


@pytest.mark.parametrize("values", [{"audience": "boss"}, {"title": "長" * 101}, {"title": "\x00"}])
def test_what_no_browser_sends(app: Flask, office: FlaskClient, values: dict[str, str]) -> None:
    make_event()
    assert upload(office, papers.PDF, **values).status_code == 422
    assert kept(app) == []


def test_the_same_file_sent_twice_is_put_up_once(app: Flask) -> None:
    event_id, by = make_event(), make_account()
    assert service.add_file(event_id, new(), by) == service.add_file(event_id, new(), by)
    service.add_file(event_id, new(data=papers.PDF + b" "), by)
    assert len(kept(app)) == 2
    assert actions(app) == ["file.added", "file.added"]


@pytest.mark.parametrize(
    "other",
    [
        {"title": "議案書"},
        {"title_en": "Agenda"},
        {"audience": "signed_up"},
        {"shown_from": "2199-01-01T00:00"},
        {"shown_until": "2199-01-01T00:00"},
    ],
)
def test_the_same_file_said_otherwise_leads_to_the_one_that_is_up(
    app: Flask, office: FlaskClient, other: dict[str, str]
) -> None:
    make_event()
    for _tap in range(2):
        assert upload(office, papers.PDF).status_code == 303
    before = kept(app)
    answer = upload(office, papers.PDF, **other)
    assert answer.status_code == 409
    assert f"「{FILENAME}」という題名で、すでに載っています" in answer.text
    assert f'href="{PAGE}/{before[0].id}/edit"' in answer.text.partition('class="errs')[2]
    (name, typed) = next(iter(other.items()))
    assert filled(answer)[name] == typed
    assert kept(app) == before
    assert actions(app) == ["file.added"]


def test_times_of_another_year_say_so(app: Flask, office: FlaskClient) -> None:
    make_event()
    year = now().year
    times = {"shown_from": f"{year}-01-01T00:00", "shown_until": f"{year + 1}-01-02T00:00"}
    upload(office, papers.PDF, **times)
    page = re.sub(r"\s+", " ", office.get(PAGE).text)
    assert re.search(rf"{year + 1}年1月2日\(.\) 0:00", page)
    assert re.search(r"[^年]1月1日\(.\) 0:00", page)


def test_there_is_an_end_to_their_number(app: Flask, office: FlaskClient) -> None:
    event_id, by = make_event(), make_account("b@example.com")
    for n in range(MOST):
        service.add_file(event_id, new(f"{n}.pdf"), by)
    with pytest.raises(FileRefused):
        service.add_file(event_id, new("mou.pdf"), by)
    assert "20個まで" in upload(office, papers.PDF).text
    assert len(kept(app)) == MOST
    assert [file.filename for file in kept(app)][:2] == ["0.pdf", "1.pdf"], "in their order"


def test_no_such_meeting(app: Flask) -> None:
    with pytest.raises(NotFound):
        service.add_file(1, new(), make_account())


def test_removing_asks_first_and_names_the_file(
    app: Flask, office: FlaskClient, client: FlaskClient
) -> None:
    event_id = make_event()
    service.add_file(event_id, new(title_ja="議案書"), make_account("b@example.com"))
    (file,) = kept(app)
    question = office.get(f"{PAGE}/{file.id}/remove")
    assert "「議案書」を取り除きますか" in question.text
    assert FILENAME in question.text
    assert kept(app), "a GET removes nothing"
    token = {"csrf_token": token_of(question)}
    for told in ("資料を取り除きました", "すでに取り除かれていました"):
        done = office.post(f"{PAGE}/{file.id}/remove", data=token)
        assert (done.status_code, done.location) == (303, PAGE)
        assert told in office.get(PAGE).text
    assert kept(app) == []
    assert client.get(path_of(file)).status_code == 404
    assert actions(app) == ["file.added", "file.removed"]
    assert office.get(f"{PAGE}/{file.id}/remove").status_code == 404


def test_a_file_of_another_meeting_is_not_removed(app: Flask, office: FlaskClient) -> None:
    make_event()
    service.add_file(make_event("betsu"), new(), make_account("b@example.com"))
    (file,) = kept(app)
    token = {"csrf_token": token_of(office.get(PAGE))}
    office.post(f"{PAGE}/{file.id}/remove", data=token)
    assert kept(app) == [file]


def test_the_office_opens_a_file_whoever_it_is_for(app: Flask, office: FlaskClient) -> None:
    service.add_file(make_event(), new(audience="signed_up"), make_account("b@example.com"))
    (file,) = kept(app)
    got = office.get(f"{PAGE}/{file.id}")
    assert got.data == papers.PDF
    assert got.headers["Cache-Control"] == "no-store"
    assert "sandbox" in got.headers["Content-Security-Policy"]


def test_strangers_can_neither_send_nor_make_us_read(
    app: Flask, office_client: FlaskClient
) -> None:
    make_event()
    small = office_client.post(PAGE, data={"file": (io.BytesIO(papers.PDF), "a.pdf")})
    assert small.status_code == 401
    file = io.BytesIO(b"%PDF-" + b"x" * 900_000)
    large = post(office_client, {"file": FileStorage(file, filename="a.pdf", name="file")})
    assert large.status_code == 303
    assert "/office/login?next=" in large.location
    assert kept(app) == []


def test_other_pages_take_no_more_than_before(office: FlaskClient) -> None:
    make_event()
    page = office.get("/office/events/soukai/reminders/new")
    typed = {"csrf_token": token_of(page), "body": "x" * 300_000}
    answer = office.post("/office/events/soukai/reminders/new", data=typed)
    assert answer.status_code == 413


def test_a_page_that_stood_open_too_long_keeps_what_was_typed(office: FlaskClient) -> None:
    make_event()
    form = {"title": "題", "audience": "everybody", "csrf_token": "x"}
    form["file"] = (io.BytesIO(papers.PDF), "a.pdf")  # type: ignore[assignment]
    answer = office.post(PAGE, data=form)
    assert answer.status_code == 422
    assert 'name="title" value="題"' in answer.text


def test_where_the_database_is_busy_the_title_is_kept(
    office: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_args: object) -> None:
        raise Busy("database")

    make_event()
    monkeypatch.setattr(service, "add_file", busy)
    answer = upload(office, papers.PDF, title="題は残る")
    assert answer.status_code == 503
    assert "題は残る" in answer.text


def test_past_meetings_show_their_files_by_one_query(app: Flask, client: FlaskClient) -> None:
    by, counts = make_account(), []
    for n in range(4):
        event_id = make_event(f"owari{n}", starts_in=timedelta(days=-30 - n))
        service.add_file(event_id, new(f"報告{n}.pdf"), by)
        with count_queries(app) as sent:
            page = client.get("/").text
        counts.append(len(sent))
        assert f"報告{n}.pdf</a>" in page
    assert len(set(counts)) == 1
    assert not any("event_file.data" in statement for statement in sent)
    assert db.session.scalar(select(func.count()).select_from(EventFile)) == 4


def test_the_times_of_a_file_are_noted(app: Flask) -> None:
    event, me = make_event(), make_account()
    begin, end = now() + timedelta(days=1), now() + timedelta(days=2)
    file = service.add_file(event, new(shown_from=begin), me)
    later = FileTerms(
        title_ja="", title_en="", audience="everybody", shown_from=begin, shown_until=end
    )
    assert service.change_file(event, file, later, me)
    added, changed = (one.after for one in reversed(list_history_of("event", event)))
    assert added["shown_from"] == begin.isoformat()
    assert "shown_until" not in added
    assert changed == {"filename": FILENAME, "shown_until": end.isoformat()}
