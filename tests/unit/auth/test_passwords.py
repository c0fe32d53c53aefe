"""Passwords that are tried first."""

import pytest

from app.auth.passwords import is_guessable


@pytest.mark.parametrize(
    "password",
    [
        "password1234",
        "Password-2026",
        "ｐａｓｓｗｏｒｄ１２３４",
        "qwertyuiop123",
        "aaaaaaaaaaaa",
        "123412341234",
        "つどいつどいつどいつどい",
        "hanako.example",
        "Hanako@Example1",
    ],
)
def test_what_is_tried_first_is_refused(password: str) -> None:
    assert is_guessable(password, "hanako", "example")


@pytest.mark.parametrize(
    "password",
    [
        "another good password",
        "正しい 馬 電池 ホチキス",
        "x7#Lp2vQm9Rt",
        "hanako likes tea at noon",
    ],
)
def test_what_takes_a_while_is_taken(password: str) -> None:
    assert not is_guessable(password, "hanako", "example")
    assert not is_guessable(password, "", "")
