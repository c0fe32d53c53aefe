"""A mail server that answers as told, and an application that uses it."""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.conftest import MakeApp
from tests.integration.mail.postoffice import PostOffice, post_office


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with post_office() as opened:
        yield opened


@pytest.fixture
def mailing(make_app: MakeApp, office: PostOffice) -> Iterator[Flask]:
    app = make_app(mail_port=office.port, mail_timeout=0.6)
    with app.app_context():
        yield app
