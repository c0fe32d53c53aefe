"""Local time and UTC."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.timezones import to_local, to_utc, zone

MOMENTS = st.datetimes(datetime.fromisoformat("1970-01-02"), datetime.fromisoformat("2100-01-01"))
ZONES = st.sampled_from(["Asia/Tokyo", "Europe/Berlin", "America/New_York", "UTC"])


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("local", "name", "utc"),
    [
        ("2026-06-23T10:30", "Asia/Tokyo", "2026-06-23T01:30Z"),
        ("2026-06-23T10:30", "UTC", "2026-06-23T10:30Z"),
        ("2026-03-29T02:30", "Europe/Berlin", "2026-03-29T01:30Z"),  # skipped: 03:30 in summer
        ("2026-10-25T02:30", "Europe/Berlin", "2026-10-25T00:30Z"),  # twice: the first
    ],
)
def test_to_utc(local: str, name: str, utc: str) -> None:
    assert to_utc(at(local), name) == at(utc)
    assert to_utc(at(local).replace(fold=1), name) == at(utc)
    assert to_utc(at(local), name).tzinfo is UTC


def test_a_skipped_hour_reads_an_hour_later() -> None:
    moment = to_utc(at("2026-03-29T02:30"), "Europe/Berlin")
    assert to_local(moment, "Europe/Berlin").isoformat() == "2026-03-29T03:30:00+02:00"


def test_to_local_gives_an_aware_local_time() -> None:
    local = to_local(at("2026-06-23T01:30Z"), "Asia/Tokyo")
    assert local.isoformat() == "2026-06-23T10:30:00+09:00"


def test_aware_and_naive_are_not_mixed_up() -> None:
    with pytest.raises(ValueError, match="naive"):
        to_utc(at("2026-06-23T10:30+09:00"), "Asia/Tokyo")
    with pytest.raises(ValueError, match="aware"):
        to_local(at("2026-06-23T10:30"), "Asia/Tokyo")


@pytest.mark.parametrize(
    "name",
    ["", "Asia", "Asia/Nowhere", "../etc/passwd", "/etc/passwd", "a\0b", "x" * 999, "\ud800"],
)
def test_an_unknown_zone_is_a_value_error(name: str) -> None:
    with pytest.raises(ValueError, match="unknown time zone"):
        zone(name)
    with pytest.raises(ValueError, match="unknown time zone"):
        to_utc(at("2026-06-23T10:30"), name)
    with pytest.raises(ValueError, match="unknown time zone"):
        to_local(at("2026-06-23T10:30Z"), name)


def test_the_ends_of_time_are_a_value_error() -> None:
    with pytest.raises(ValueError, match="out of range"):
        to_utc(at("0001-01-01T00:00"), "Asia/Tokyo")
    with pytest.raises(ValueError, match="out of range"):
        to_local(at("9999-12-31T23:59Z"), "Asia/Tokyo")


@given(moment=MOMENTS, name=ZONES)
def test_there_and_back(moment: datetime, name: str) -> None:
    aware = moment.replace(tzinfo=UTC)
    back = to_utc(to_local(aware, name).replace(tzinfo=None), name)
    assert aware - back in {timedelta(0), timedelta(hours=1)}  # an hour that comes twice
    if name in {"Asia/Tokyo", "UTC"}:
        assert back == aware
