import stat
from pathlib import Path

import pytest

from app.config import SettingsError, load_settings


def test_a_first_start_makes_a_key_that_only_the_owner_can_read(tmp_path: Path) -> None:
    first = load_settings(instance_path=tmp_path)
    key = tmp_path / "secret-key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert load_settings(instance_path=tmp_path).keys == first.keys
    assert [path.name for path in tmp_path.iterdir()] == ["secret-key"]


def test_the_database_is_sqlite_in_the_instance_folder(tmp_path: Path) -> None:
    assert load_settings(instance_path=tmp_path).database_url == f"sqlite:///{tmp_path}/tsudoi.db"


def test_postgresql_gets_its_driver(tmp_path: Path) -> None:
    settings = load_settings(instance_path=tmp_path, database_url="postgresql://u@h/d")
    assert settings.sqlalchemy_url == "postgresql+psycopg://u@h/d"


def test_settings_may_stand_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "settings.env").write_text("ASSOCIATION_NAME_JA=見本の会\n", encoding="utf-8")
    assert load_settings(instance_path=tmp_path).association_name_ja == "見本の会"


def test_the_environment_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "settings.env").write_text("PORT=8100\n", encoding="utf-8")
    monkeypatch.setenv("PORT", "8200")
    settings = load_settings(instance_path=tmp_path)
    assert (settings.port, settings.public_url) == (8200, "http://127.0.0.1:8200")


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"port": "x"}, "PORT"),
        ({"port": 0}, "PORT"),
        ({"public_url": "meetings.example.org"}, "PUBLIC_URL"),
        ({"public_url": "https://x.example/path"}, "PUBLIC_URL"),
        ({"database_url": "mysql://x"}, "DATABASE_URL"),
        ({"secret_key": "short"}, "SECRET_KEY"),
        ({"mail_sender": "nobody"}, "MAIL_SENDER"),
        ({"mail_sender": "a@b.example\r\nBcc: c@d.example"}, "MAIL_SENDER"),
        ({"mail_tls": True, "mail_starttls": True}, "MAIL_TLS"),
        ({"mail_username": "u", "mail_server": "x.example", "mail_starttls": False}, "MAIL_TLS"),
        ({"public_url": "https://u:p@x.example"}, "PUBLIC_URL"),
        ({"public_url": "https://x.example?a=1"}, "PUBLIC_URL"),
        ({"public_url": "https://x.example:99999"}, "PUBLIC_URL"),
        ({"database_url": "postgresql://u:p@host:abc/db"}, "DATABASE_URL"),
        ({"database_url": "sqlite:///"}, "DATABASE_URL"),
        ({"secret_key_fallbacks": "short"}, "SECRET_KEY_FALLBACKS"),
        ({"mail_sender": "@"}, "MAIL_SENDER"),
        ({"mail_sender": "日本@example.com"}, "MAIL_SENDER"),
        ({"limit_logins": "0 per minute"}, "LIMIT_LOGINS"),
        ({"trusted_proxies": -1}, "TRUSTED_PROXIES"),
        ({"limit_signups": "many"}, "LIMIT_SIGNUPS"),
        ({"mail_dkim_selector": "s1._domainkey. x"}, "MAIL_DKIM_SELECTOR"),
        ({"dns_server": "ns.example.org"}, "DNS_SERVER"),
        ({"dns_server": "192.0.2.1:99999"}, "DNS_SERVER"),
        ({"bounce_imap_security": "ssl"}, "BOUNCE_IMAP_SECURITY"),
        (
            {"bounce_imap_security": "none", "bounce_imap_host": "imap.example.org"},
            "BOUNCE_IMAP_SECURITY",
        ),
    ],
)
def test_nonsense_is_refused_with_the_name_of_the_setting(
    tmp_path: Path, wrong: dict[str, object], named: str
) -> None:
    with pytest.raises(SettingsError, match=named):
        load_settings(instance_path=tmp_path, **wrong)


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("https://Meetings.Example.org/", "https://meetings.example.org"),
        ("https://x.example:443", "https://x.example"),
        ("https://x.example:8443", "https://x.example:8443"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_the_origin_is_written_as_browsers_do(tmp_path: Path, address: str, origin: str) -> None:
    settings = load_settings(instance_path=tmp_path, public_url=address)
    assert settings.origin == origin
    assert origin in settings.origins


def test_settings_do_not_change(tmp_path: Path) -> None:
    settings = load_settings(instance_path=tmp_path)
    with pytest.raises(ValueError, match="frozen"):
        settings.port = 1
