"""What WTForms says by itself is said in the reader's language."""

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict
from wtforms import (
    DateField,
    DateTimeLocalField,
    DecimalField,
    FloatField,
    Form,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    TimeField,
)
from wtforms.validators import DataRequired

from app.web.locale import force

CHOICES = {"a": "A"}


class Everything(Form):
    radio = RadioField(choices=CHOICES)
    select = SelectField(choices=CHOICES)
    number = SelectField(choices={1: "A"}, coerce=int)
    several = SelectMultipleField(choices=CHOICES)
    numbers = SelectMultipleField(choices={1: "A"}, coerce=int)
    integer = IntegerField()
    decimal = DecimalField()
    float_ = FloatField()
    day = DateField()
    time = TimeField()
    moment = DateTimeLocalField()
    needed = RadioField(choices=CHOICES, validators=[DataRequired()])


@pytest.mark.parametrize("locale", ["ja", "en"])
def test_a_forged_value_is_told_in_the_language_of_the_page(app: Flask, locale: str) -> None:
    names = [name for name in Everything()._fields if name != "needed"]
    with app.test_request_context(f"/?lang={locale}"), force(locale):
        form = Everything(MultiDict(dict.fromkeys(names, "forged")))
        assert not form.validate()
        told = {name: str(errors[0]) for name, errors in form.errors.items()}
    assert set(told) == {*names, "needed"}
    for name, text in told.items():
        assert not text.isascii() if locale == "ja" else text.startswith("Please "), name
