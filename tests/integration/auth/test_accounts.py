from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.auth import passwords, service
from app.auth.models import Account
from app.db import db
from tests.office import actions

GOOD = {"email": "A.Mihon@Example.com", "name": "見本 洋子", "password": "a good long password"}


def account() -> Account:
    found = db.session.scalar(select(Account))
    assert found is not None
    return found


def test_an_account_is_stored_with_an_argon2_hash(app: Flask) -> None:
    service.create_account(**GOOD, role="organiser")
    stored = account()
    assert stored.email == "a.mihon@example.com"
    assert (stored.password or "").startswith("$argon2id$")
    assert [role.name for role in stored.roles] == ["organiser"]
    assert actions(app) == ["account.created"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"email": "no address"},
        {"email": ""},
        {"password": "short"},
        {"password": "x" * 201},
        {"role": "king"},
    ],
)
def test_what_will_not_do_is_told_in_a_sentence(app: Flask, wrong: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        service.create_account(**{**GOOD, "role": "organiser", **wrong})
    assert db.session.scalar(select(func.count(Account.id))) == 0


def test_an_address_has_one_account(app: Flask) -> None:
    service.create_account(**GOOD, role="organiser")
    with pytest.raises(ValueError, match="already"):
        service.create_account(**{**GOOD, "email": "a.mihon@example.com"}, role="organiser")


def test_the_first_account_is_made_once(app: Flask, tmp_path: Path) -> None:
    assert service.first_account(tmp_path)
    password = service.first_login_file(tmp_path).read_text().strip()
    assert not service.first_account(tmp_path)
    assert service.first_login_file(tmp_path).read_text().strip() == password
    assert account().email == service.FIRST_EMAIL
    assert passwords.verify(password, account().password)


def test_the_first_account_stays_away_where_there_is_another(app: Flask, tmp_path: Path) -> None:
    service.create_account(**GOOD, role="organiser")
    assert not service.first_account(tmp_path)
    assert not service.first_login_file(tmp_path).exists()


def test_no_hash_fits_no_password(app: Flask) -> None:
    assert not passwords.verify("the password of nobody at all", None)


def test_a_forgotten_password_is_replaced(app: Flask) -> None:
    service.create_account(**GOOD, role="organiser")
    before = account().fs_uniquifier
    db.session.remove()
    typed = "another good password\n"
    done = app.test_cli_runner().invoke(
        args=["accounts", "password", GOOD["email"]], input=typed * 2
    )
    assert done.exit_code == 0, done.output
    db.session.remove()
    assert passwords.verify("another good password", account().password)
    assert account().fs_uniquifier != before
    assert actions(app) == ["account.created", "account.password_set"]


@pytest.mark.parametrize(
    ("email", "typed"),
    [("nobody@example.com", ("a good password", "a good password")), (GOOD["email"], ("x", "x"))],
)
def test_a_password_that_cannot_be_replaced(app: Flask, email: str, typed: tuple[str, str]) -> None:
    service.create_account(**GOOD, role="organiser")
    given = "".join(f"{one}\n" for one in typed)
    done = app.test_cli_runner().invoke(args=["accounts", "password", email], input=given)
    assert done.exit_code == 1
    assert passwords.verify(GOOD["password"], account().password)
