import json

import pytest

from app.events.rules import is_free
from app.public.structured import event_data, script_text
from tests.views import DAY, meeting, span

URL = "https://example.com/events/soukai"


def told(**more: object) -> dict[str, object]:
    found = event_data(
        meeting(**more),
        url=URL,
        locale="ja",
        association=("見本の会", "https://example.com/"),
    )
    assert found is not None
    return json.loads(script_text(found))  # type: ignore[no-any-return]


def test_what_it_says() -> None:
    data = told(
        venue_address="見本市 1-2-3", summary="年に一度の会です。", description="**報告**します。"
    )
    assert data == {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": "見本の総会",
        "eventStatus": "https://schema.org/EventScheduled",
        "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
        "startDate": "2026-06-23T10:30:00+09:00",
        "endDate": "2026-06-23T12:30:00+09:00",
        "description": "年に一度の会です。 報告します。",
        "url": URL,
        "inLanguage": "ja",
        "location": {
            "@type": "Place",
            "name": "見本会館",
            "address": {"@type": "PostalAddress", "streetAddress": "見本市 1-2-3"},
        },
        "organizer": {
            "@type": "Organization",
            "name": "見本の会",
            "url": "https://example.com/",
        },
    }


@pytest.mark.parametrize(
    ("ways", "mode", "places"),
    [
        (("venue",), "Offline", ["Place"]),
        (("online",), "Online", ["VirtualLocation"]),
        (("venue", "online"), "Mixed", ["Place", "VirtualLocation"]),
        ((), "Offline", ["Place"]),
    ],
)
def test_ways_of_attending(ways: tuple[str, ...], mode: str, places: list[str]) -> None:
    data = told(ways=ways)
    assert data["eventAttendanceMode"] == f"https://schema.org/{mode}EventAttendanceMode"
    found = data["location"]
    assert [one["@type"] for one in (found if isinstance(found, list) else [found])] == places
    assert "himitsu" not in json.dumps(data), "the online address"


def test_called_off_without_a_date_and_over_several_days() -> None:
    assert told(state="cancelled")["eventStatus"] == "https://schema.org/EventCancelled"
    association = ("見本の会", "https://example.com/")
    undated = event_data(meeting(spans=()), url=URL, locale="ja", association=association)
    assert undated is None
    data = told(spans=(span(), span(DAY, hours=3)))
    assert (data["startDate"], data["endDate"]) == (
        "2026-06-23T10:30:00+09:00",
        "2026-06-24T13:30:00+09:00",
    )
    parts = data["subEvent"]
    assert isinstance(parts, list)
    assert [part["startDate"] for part in parts] == [
        "2026-06-23T10:30:00+09:00",
        "2026-06-24T10:30:00+09:00",
    ]
    assert all(part["name"] and part["location"] for part in parts)


@pytest.mark.parametrize(
    ("fee", "free"),
    [
        *(("無料", True), ("無料です。", True), ("参加費無料", True), ("参加費は無料です", True)),
        *(("Free", True), ("free of charge.", True), ("入場無料", True)),
        *(("", False), ("会員は無料", False), ("無料(昼食は1,000円)", False), ("1,000円", False)),
        *(("有料", False), ("Free for members", False), ("feel free to ask", False)),
    ],
)
def test_a_price_is_told_only_where_there_is_none(fee: str, *, free: bool) -> None:
    assert is_free(fee) is free
    data = told(fee=fee)
    assert ("offers" in data) is free
    if free:
        assert data["offers"] == {"@type": "Offer", "price": 0, "priceCurrency": "JPY", "url": URL}


@pytest.mark.parametrize(
    "text", ["</script><script>alert(1)</script>", "<!--", "]]>&amp;'\"\u2028"]
)
def test_no_text_ends_the_element(text: str) -> None:
    found = event_data(
        meeting(title=text), url=URL, locale="ja", association=("x", "https://example.com/")
    )
    assert found is not None
    written = str(script_text(found))
    assert not set(written) & set("<>&")
    assert json.loads(written)["name"] == text
