"""Taking a person out of a form: nothing that was typed of the others is lost."""

from collections.abc import Mapping

import pytest
from werkzeug.datastructures import MultiDict

from app.registration.forms.values import Typed, remove_person

FORM = {
    "people": "3",
    "email": "mihon@example.com",
    "p0-name": "見本 花子",
    "p0-organisation": "見本の森",
    "p0-way-1": "venue",
    "p0-way-2": "online",
    "p1-name": "見本 太郎",
    "p1-same": "1",
    "p1-q5": "51",
    "p2-name": "見本 桜",
    "p2-same": "1",
}


def form(**changed: str) -> Typed:
    named = {name.replace("_", "-"): said for name, said in changed.items() if "_" in name}
    plain = {name: said for name, said in changed.items() if "_" not in name}
    return MultiDict({**FORM, **named, **plain})


def without_first(typed: Typed) -> Mapping[str, str]:
    return remove_person(typed, 0).to_dict()


def test_the_first_person_becomes_a_contact_who_does_not_attend() -> None:
    kept = without_first(form())
    assert (kept["people"], kept["p0-name"], kept["p1-name"]) == ("2", "見本 太郎", "見本 桜")
    assert (kept["absent"], kept["contact_name"]) == ("1", "見本 花子")
    assert (kept["p0-organisation"], kept["p1-same"]) == ("見本の森", "1")
    assert (kept["p0-q5"], kept["email"]) == ("51", "mihon@example.com")
    assert "p0-same" not in kept
    assert "p2-name" not in kept


@pytest.mark.parametrize("name", ["", " 　"])
def test_an_empty_first_person_leaves_no_contact_behind(name: str) -> None:
    kept = without_first(form(p0_name=name))
    assert kept["p0-name"] == "見本 太郎"
    assert "absent" not in kept
    assert "contact_name" not in kept


def test_whoever_signs_up_for_others_stays_who_they_are() -> None:
    typed = form(absent="1")
    typed["contact_name"] = "例 事務"
    assert without_first(typed)["contact_name"] == "例 事務"


def test_the_ways_of_everybody_stay_those_that_were_chosen() -> None:
    kept = without_first(form())
    assert (kept["p0-way-1"], kept["p0-way-2"]) == ("venue", "online")


def test_ways_that_differ_go_with_their_person() -> None:
    kept = without_first(form(differ="1", p1_way_1="online", p1_way_2="none"))
    assert (kept["p0-way-1"], kept["p0-way-2"]) == ("online", "none")


def test_another_organisation_at_the_top_is_nobody_elses() -> None:
    typed = form(p1_organisation="例の家")
    del typed["p1-same"]
    kept = without_first(typed)
    assert kept["p0-organisation"] == "例の家"
    assert kept["p1-organisation"] == "見本の森"
    assert "p1-same" not in kept


@pytest.mark.parametrize("place", [3, 9999])
def test_nobody_is_nobody(place: int) -> None:
    assert remove_person(form(), place) == form()


def test_somebody_has_to_come() -> None:
    assert remove_person(form(people="1"), 0) == form(people="1")
