from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask_babel import Babel
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice

from app.organiser.clashes import SeenForm, merge


class Sample(SeenForm):
    name = StringField("Name")
    place = StringField("Place")
    offered = BooleanField("Offered")
    kinds = SelectMultipleField("Kinds", choices=[SelectChoice("a", "A"), SelectChoice("b", "B")])
    day_1 = StringField("Day")
    day_2 = StringField("Day")

    def group_of(self, name: str) -> str:
        return name.partition("_")[0]


@pytest.fixture(autouse=True)
def words() -> Iterator[None]:
    app = Flask(__name__)
    Babel(app, default_locale="en")
    with app.test_request_context():
        yield


def stored(seen: str = "1", **values: Any) -> Sample:
    given = {"name": "会", "place": "", "kinds": ["a"], "day_1": "1日", **values}
    return Sample(data={**given, "seen": seen})


def sent(page: Sample, **changes: Any) -> Sample:
    """What a browser sends of a page, with some of it changed."""
    values: MultiDict[str, str] = MultiDict()
    for field in page:
        value = changes.get(field.name, field.data)
        if isinstance(value, list):
            values.setlist(field.name, value)
        elif value not in {None, False}:
            values[field.name] = "1" if value is True else value
    return Sample(values)


def labels(differences: tuple[Any, ...]) -> list[str]:
    return [one.label for one in differences]


def test_what_only_the_other_one_changed_is_taken_over() -> None:
    typed = sent(stored(), place="会館")
    clash = merge(typed, stored("2", name="別の会", offered=True, kinds=["a", "b"]))
    assert labels(clash.both) == []
    assert [(one.label, one.stored) for one in clash.meanwhile] == [
        ("Name", "別の会"),
        ("Offered", "Yes"),
        ("Kinds", "A, B"),
    ]
    assert (typed.name.data, typed.place.data, typed.offered.data) == ("別の会", "会館", True)
    assert typed.kinds.data == ["a", "b"]
    assert typed.seen.data == "2"


def test_what_both_changed_otherwise_stays_as_it_was_typed() -> None:
    typed = sent(stored(), name="わたしの会", place="会館")
    clash = merge(typed, stored("2", name="別の会", place="会館"))
    assert [(one.stored, one.typed) for one in clash.both] == [("別の会", "わたしの会")]
    assert clash.meanwhile == ()
    assert typed.name.data == "わたしの会"


def test_what_belongs_together_is_not_mixed() -> None:
    typed = sent(stored(), day_2="3日")
    clash = merge(typed, stored("2", day_1="2日"))
    assert labels(clash.both) == ["Day", "Day"]
    assert (typed.day_1.data, typed.day_2.data) == ("1日", "3日")


def test_a_third_one_is_compared_with_what_the_second_page_showed() -> None:
    typed = sent(stored(), name="わたしの会")
    merge(typed, stored("2", place="会館"))
    again = sent(typed)
    clash = merge(again, stored("3", place="別の会館"))
    assert labels(clash.both) == []
    assert labels(clash.meanwhile) == ["Place"]
    assert again.name.data == "わたしの会"


@pytest.mark.parametrize("shown", ["", "x", "=", "1=", "あ" * 30_000])
def test_where_nobody_knows_what_was_shown_nothing_is_taken_over(shown: str) -> None:
    typed = sent(stored(), shown=shown)
    clash = merge(typed, stored("2", name="別の会"))
    assert labels(clash.both) == ["Name"]
    assert typed.name.data == "会"


def test_a_page_says_little_of_what_it_shows() -> None:
    assert len(stored(name="長" * 6000).shown.data or "") < 200
    assert "会" not in (stored().shown.data or "")
