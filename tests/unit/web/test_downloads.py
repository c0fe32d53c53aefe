from email.message import EmailMessage

import pytest

from app.web.downloads import content_disposition
from app.web.filters import file_size


@pytest.mark.parametrize(
    ("name", "fallback"),
    [
        ("report 1.pdf", "report 1.pdf"),
        ("議案書.pdf", "file.pdf"),
        ("第30回 総会.docx", "30.docx"),
        ("a'b%c;d.pdf", "abcd.pdf"),
    ],
)
def test_a_name_is_told_to_old_programs_and_new(name: str, fallback: str) -> None:
    header = content_disposition(name, inline=False)
    assert header.isascii()
    assert header.startswith(f'attachment; filename="{fallback}"; filename*=')
    message = EmailMessage()
    message["Content-Disposition"] = f"attachment; {header.split('; ')[-1]}"
    assert message.get_filename() == name, "read back by RFC 2231, as RFC 8187 does"


def test_shown_or_kept() -> None:
    assert content_disposition("a.pdf", inline=True).startswith("inline; ")


@pytest.mark.parametrize(
    ("octets", "words"),
    [
        *((1, "1 KB"), (499, "1 KB"), (340_400, "340 KB"), (999_499, "999 KB")),
        *((999_700, "1.0 MB"), (1_234_567, "1.2 MB"), (10_000_000, "10.0 MB")),
    ],
)
def test_sizes_in_words(octets: int, words: str) -> None:
    assert file_size(octets) == words
