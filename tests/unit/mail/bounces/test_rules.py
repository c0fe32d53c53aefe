"""What marks an address, and what only says that one letter was lost."""

import pytest

from app.mail.bounces.rules import weigh


@pytest.mark.parametrize(
    ("status", "text", "weight", "reason"),
    [
        ("5.1.1", "550 5.1.1 User unknown", "hard", "returned_unknown"),
        ("5.1.2", "", "hard", "returned_unknown"),
        ("5.2.1", "account disabled", "hard", "returned_unknown"),
        ("5.4.4", "Host or domain name not found", "hard", "returned_unknown"),
        ("5.0.0", "550 5.1.1 vague first, exact here", "hard", "returned_unknown"),
        ("5.5.0", "550 mailbox unavailable", "hard", "returned_unknown"),
        ("5.0.0", "", "hard", "returned"),
        ("5.2.2", "552 5.2.2 full", "soft", "returned_full"),
        ("5.0.0", "552 mailbox full", "soft", "returned_full"),
        ("4.2.2", "452 4.2.2 over quota", "soft", "returned_full"),
        ("5.2.3", "", "soft", "returned_large"),
        ("5.3.4", "552 5.3.4 too big", "soft", "returned_large"),
        ("5.7.1", "550 5.7.1 SPF check failed", "soft", "returned_refused"),
        ("5.7.26", "550 5.7.26 unauthenticated", "soft", "returned_refused"),
        ("5.6.1", "media not supported", "soft", "returned"),
        ("5.1.8", "bad sender's address", "soft", "returned"),
        ("4.4.7", "delivery time expired", "soft", "returned"),
        ("4.4.1", "connection timed out", "soft", "returned"),
        ("", "550 no such thing 10.5.1.1 here", "hard", "returned"),
        ("", "452 try later", "soft", "returned"),
    ],
)
def test_failed(status: str, text: str, weight: str, reason: str) -> None:
    assert weigh("failed", status, text, permanent=True) == (weight, reason)


def test_delayed_is_not_lost_yet() -> None:
    assert weigh("delayed", "4.4.1", "timed out", permanent=False) == ("later", "returned")
    assert weigh("delayed", "5.1.1", "", permanent=False) == ("later", "returned_unknown")


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded"])
def test_what_arrived(action: str) -> None:
    assert weigh(action, "2.0.0", "", permanent=False) is None


def test_a_2xx_status_is_no_failure() -> None:
    assert weigh("failed", "2.1.5", "", permanent=True) is None


def test_without_any_code_the_reader_decides() -> None:
    assert weigh("", "", "Sorry.", permanent=True) == ("hard", "returned")
    assert weigh("", "", "Sorry.", permanent=False) == ("soft", "returned")
