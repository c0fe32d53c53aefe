"""Settings: typed, frozen, the only reader of the environment.

Every setting may stand in the environment or in ``instance/settings.env``; the environment wins.
``docs/settings.md`` describes each of them (kept complete by a test).
"""

import os
import re
import secrets
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from flask import current_app
from limits import parse
from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from app.base.addresses import BadAddress, parse_email

ROOT = Path(__file__).resolve().parent.parent
LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "[::1]")
SHORTEST_KEY = 32


class SettingsError(Exception):
    """A setting is missing or makes no sense; the text says which and what to do."""


class Settings(BaseSettings):
    """All settings, with defaults that fit a first run on one's own machine."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_file_encoding="utf-8")

    # Where things are
    instance_path: Path = ROOT / "instance"
    database_url: str = ""
    secret_key: SecretStr = SecretStr("")
    secret_key_fallbacks: Annotated[tuple[SecretStr, ...], NoDecode] = ()
    port: int = Field(8000, ge=1, le=65535)
    web_host: str = "127.0.0.1"
    web_workers: int = Field(2, ge=1, le=64)
    web_threads: int = Field(4, ge=1, le=64)
    public_url: str = ""
    trusted_proxies: int = Field(0, ge=0, le=10)

    # The association, in one place: what it begins with; the office changes it on a page
    association_name_ja: str = "ワーカーズ・コレクティブ ネットワーク ジャパン"
    association_name_en: str = "Workers' Collective Network Japan"
    association_reading: str = ""
    association_short_name: str = "WNJ"
    association_address_ja: str = "〒000-0000 東京都見本区見本 1-2-3"
    association_address_en: str = "1-2-3 Mihon, Mihon-ku, Tokyo 000-0000, Japan"
    association_telephone: str = "03-0000-0000"
    association_fax: str = "03-0000-0001"
    association_hours_ja: str = "平日 10:00〜16:00"
    association_hours_en: str = "Monday to Friday, 10:00–16:00"
    association_privacy_contact_ja: str = "個人情報保護 担当"
    association_privacy_contact_en: str = "Privacy officer"
    association_sender_ja: str = ""
    association_sender_en: str = ""
    default_language: Literal["ja", "en"] = "ja"
    reading_asked: Literal["needed", "optional", "no"] = "needed"
    paper_size: Literal["a4", "letter"] = "a4"

    # Mail
    mail_sender: str = "tsudoi@example.com"
    mail_reply_to: str = ""
    mail_server: str = ""
    mail_port: int = Field(587, ge=1, le=65535)
    mail_starttls: bool = True
    mail_tls: bool = False
    mail_username: str = ""
    mail_password: SecretStr = SecretStr("")
    mail_timeout: float = Field(20.0, gt=0, le=300)
    mail_dkim_selector: str = ""
    dns_server: str = ""
    mail_per_minute: int = Field(0, ge=0)
    mail_per_hour: int = Field(0, ge=0)
    mail_bodies_days: int = Field(90, ge=1, le=36500)
    local_mailbox: bool = False
    local_mailbox_port: int = Field(8025, ge=1, le=65535)

    # Reminders
    reminder_late_hours: int = Field(24, ge=1, le=168)

    # The mailbox that bounces come to
    bounce_imap_host: str = ""
    bounce_imap_port: int = Field(993, ge=1, le=65535)
    bounce_imap_security: Literal["tls", "starttls", "none"] = "tls"
    bounce_imap_user: str = ""
    bounce_imap_password: SecretStr = SecretStr("")
    bounce_imap_folder: str = "INBOX"
    bounce_imap_move_to: str = ""

    # Sign-ups
    signup_people: int = Field(10, ge=1, le=100)

    # Limits, as "<number> per <minute|hour|day>", counted per address
    limit_signups: str = "300 per hour"
    limit_logins: str = "10 per minute"
    limit_interest: str = "60 per hour"
    limit_links: str = "30 per hour"

    # Database
    lock_timeout: float = Field(5.0, gt=0, le=60)

    @field_validator("secret_key_fallbacks", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(value.split()) if isinstance(value, str) else value

    @field_validator("mail_sender", "mail_reply_to")
    @classmethod
    def _one_address(cls, value: str) -> str:
        if not value:
            return value
        try:
            return parse_email(value).value
        except BadAddress:
            raise ValueError("must be one mail address, such as office@example.com") from None

    @field_validator("mail_dkim_selector")
    @classmethod
    def _selector(cls, value: str) -> str:
        if value and not re.fullmatch(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?", value):
            raise ValueError("must be a selector such as s1, without ._domainkey")
        return value

    @field_validator("dns_server")
    @classmethod
    def _resolver(cls, value: str) -> str:
        if value:
            read_resolver(value)
        return value

    @field_validator("limit_signups", "limit_logins", "limit_interest", "limit_links")
    @classmethod
    def _limit(cls, value: str) -> str:
        try:
            usable = parse(value).amount > 0
        except ValueError:
            usable = False
        if not usable:
            raise ValueError('must look like "300 per hour"')
        return value

    @model_validator(mode="before")
    @classmethod
    def _derive(cls, given: Any) -> Any:
        values = dict(given)
        port = values.get("port", 8000)
        if not values.get("public_url"):
            values["public_url"] = f"http://127.0.0.1:{port}"
        if not values.get("database_url"):
            instance = Path(values.get("instance_path", ROOT / "instance"))
            values["database_url"] = f"sqlite:///{(instance / 'tsudoi.db').resolve()}"
        return values

    @model_validator(mode="after")
    def _refuse_nonsense(self) -> Self:
        if not _is_site(self.public_url):
            raise ValueError("PUBLIC_URL must look like https://meetings.example.org")
        if not _is_database(self.database_url):
            raise ValueError("DATABASE_URL must look like postgresql://user:password@host/name")
        if self.mail_tls and self.mail_starttls and not self.local_mailbox:
            raise ValueError("choose one of MAIL_TLS and MAIL_STARTTLS, not both")
        plain = not (self.mail_tls or self.mail_starttls)
        if self.mail_username and plain and self.mail_server not in LOOPBACK_HOSTS:
            raise ValueError("MAIL_USERNAME needs MAIL_TLS or MAIL_STARTTLS: no password in clear")
        self._refuse_password_in_clear()
        keys = {len(key) for key in self.keys} - {0}
        if keys and min(keys) < SHORTEST_KEY:
            raise ValueError(
                f"SECRET_KEY and SECRET_KEY_FALLBACKS need {SHORTEST_KEY} characters each, or more"
            )
        return self

    def _refuse_password_in_clear(self) -> None:
        plain = self.bounce_imap_security == "none"
        if plain and self.bounce_imap_host not in {"", *LOOPBACK_HOSTS}:
            raise ValueError("BOUNCE_IMAP_SECURITY must be tls or starttls: no password in clear")

    @property
    def origin(self) -> str:
        """Scheme, host and port of ``public_url``, as browsers send it in ``Origin``."""
        return _origin(self.public_url)

    @property
    def origins(self) -> frozenset[str]:
        """Origins of our own pages; on one's own machine every name of loopback."""
        if not self.is_loopback:
            return frozenset({self.origin})
        url = urlsplit(self.public_url)
        names = (self.public_url, *(f"{url.scheme}://{h}:{url.port or 80}" for h in LOOPBACK_HOSTS))
        return frozenset(_origin(name) for name in names)

    @property
    def is_https(self) -> bool:
        """Whether visitors reach us over TLS (decides Secure cookies and HSTS)."""
        return self.public_url.startswith("https://")

    @property
    def trusted_hosts(self) -> tuple[str, ...]:
        """Host headers that are answered; on one's own machine every name of loopback."""
        host = urlsplit(self.public_url).hostname or ""
        return (host, *LOOPBACK_HOSTS) if self.is_loopback or self.local_mailbox else (host,)

    @property
    def is_loopback(self) -> bool:
        """Whether the public address is this machine itself."""
        return (urlsplit(self.public_url).hostname or "") in {"127.0.0.1", "localhost", "::1"}

    @property
    def sqlalchemy_url(self) -> str:
        """``database_url`` with the driver named: psycopg 3 for PostgreSQL."""
        return self.database_url.replace("postgresql://", "postgresql+psycopg://", 1)

    @property
    def mail_host(self) -> tuple[str, int]:
        """Host and port to hand mail to; the local mailbox replaces any other."""
        if self.local_mailbox:
            return "127.0.0.1", self.local_mailbox_port
        return self.mail_server, self.mail_port

    @property
    def keys(self) -> tuple[bytes, ...]:
        """The signing key first, then retired keys that still verify."""
        every = (self.secret_key, *self.secret_key_fallbacks)
        return tuple(key.get_secret_value().encode() for key in every)


def read_resolver(value: str) -> tuple[str, int]:
    """Address and port of a DNS server, written 192.0.2.1 or 192.0.2.1:5353.

    Raises:
        ValueError: it is neither.
    """
    address, colon, port = value.rpartition(":") if value.count(":") == 1 else (value, "", "")
    try:
        ip_address(address)
        number = int(port) if colon else 53
    except ValueError:
        number = 0
    if not 0 < number <= 65535:  # noqa: PLR2004  # the last port
        raise ValueError("must look like 192.0.2.1 or 192.0.2.1:5353")
    return address, number


def _is_site(address: str) -> bool:
    """Whether ``address`` is a site's root: scheme and host, maybe a port, nothing else."""
    try:
        url = urlsplit(address)
        port = url.port
    except ValueError:
        return False
    root = url._replace(scheme="", netloc="").geturl() in {"", "/"}
    plain = url.username is None and url.password is None and port != 0
    return url.scheme in {"http", "https"} and bool(url.hostname) and root and plain


def _is_database(address: str) -> bool:
    """Whether ``address`` names an SQLite file or a PostgreSQL database."""
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):
        return False
    kind = url.get_backend_name()
    return bool(url.database) and (kind == "postgresql" or address.startswith("sqlite:///"))


def _origin(address: str) -> str:
    """Scheme, host and port as browsers write them: lower case, no port where it is the usual."""
    url = urlsplit(address)
    host = f"[{url.hostname}]" if ":" in (url.hostname or "") else url.hostname
    usual = {"http": 80, "https": 443}.get(url.scheme)
    return f"{url.scheme}://{host}" + (f":{url.port}" if url.port not in {None, usual} else "")


def current_settings() -> Settings:
    """The settings of the application under way."""
    settings: Settings = current_app.extensions["settings"]
    return settings


def load_settings(**overrides: Any) -> Settings:
    """Read environment and ``instance/settings.env``; make the secret key on the first start.

    Raises:
        SettingsError: with one sentence a setting that makes no sense.
    """
    chosen = overrides.get("instance_path") or os.environ.get("INSTANCE_PATH") or ROOT / "instance"
    instance = Path(chosen).resolve()
    try:
        settings = Settings(
            _env_file=instance / "settings.env", **{**overrides, "instance_path": instance}
        )
    except ValidationError as error:
        raise SettingsError(_explain(error)) from None
    if settings.secret_key.get_secret_value():
        return settings
    return settings.model_copy(update={"secret_key": SecretStr(_secret_key(instance))})


def _explain(error: ValidationError) -> str:
    def line(item: Any) -> str:
        name = "_".join(str(part) for part in item["loc"]).upper()
        return f"{name}: {item['msg']}" if name else str(item["msg"])

    return "Settings: " + "; ".join(line(item) for item in error.errors(include_url=False))


def _secret_key(instance: Path) -> str:
    """The key of this copy, readable by its owner only; two first starts agree on one key."""
    path = instance / "secret-key"
    if not path.exists():
        instance.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".secret-key.{secrets.token_hex(8)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(32))
        try:
            os.link(draft, path)  # unlike a rename, never replaces a key made meanwhile
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()
