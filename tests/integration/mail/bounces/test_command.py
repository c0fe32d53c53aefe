"""``flask mail bounces``: what a mail server's alias pipes to us, and the mailbox by hand."""

from unittest.mock import patch

from flask import Flask

from app.base.errors import Busy
from tests import returned
from tests.integration.mail.bounces.test_service import addresses, sent

TO = "mihon1@example.com"


def test_a_message_from_standard_input(app: Flask) -> None:
    raw = returned.postfix(sent(app), TO)
    run = app.test_cli_runner()
    first = run.invoke(args=["mail", "bounces"], input=raw)
    assert (first.exit_code, first.output) == (0, "bounce\n")
    assert addresses() == [(TO, "marked", "returned_unknown", 0)]
    other = run.invoke(args=["mail", "bounces"], input=b"\xff\xfe nonsense")
    assert (other.exit_code, other.output) == (0, "other\n"), "never a bounce about a bounce"


def test_a_busy_database_makes_the_mail_server_try_again(app: Flask) -> None:
    with patch("app.mail.bounces.service.transaction", side_effect=Busy("database")):
        done = app.test_cli_runner().invoke(args=["mail", "bounces"], input=b"From: a\n\nb")
    assert done.exit_code == 75


def test_a_mailbox_that_is_not_set(app: Flask) -> None:
    done = app.test_cli_runner().invoke(args=["mail", "bounces", "--mailbox"])
    assert done.exit_code == 1
    assert "imap_not_set" in done.output
