"""A meeting of today, and a device that was let in to its desk."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.desks import (
    let_in,
    make_pass,
    make_today,
)
from tests.factories import make_signups


@pytest.fixture
def event(app: Flask) -> int:
    event = make_today(venue=3)
    make_signups(event, 3)
    return event


@pytest.fixture
def helper(app: Flask, event: int, office_client: FlaskClient) -> FlaskClient:
    """A device that was let in by a pass."""
    assert let_in(office_client, make_pass(event)).location.endswith("/desk/soukai")
    return office_client
