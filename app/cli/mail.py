"""``flask mail …``: letters that came back, and whether the settings are right."""

import sys

import click
from flask.cli import AppGroup
from flask_babel import force_locale

from app.association.stored import kept
from app.base.errors import Busy
from app.config import current_settings, read_resolver
from app.mail.bounces import service as bounces
from app.mail.bounces.imap import MailboxTrouble, read_mailbox
from app.mail.check import service as checking
from app.mail.check.facts import is_ready
from app.mail.check.words import tell, verdict
from app.mail.stop import Stop

TRY_AGAIN = 75  # EX_TEMPFAIL: a mail server that pipes to us keeps the message and tries again
MARKS = {"ok": "OK  ", "bad": "BAD ", "note": "NOTE"}

group = AppGroup("mail", help="Returned letters, and a check of the mail settings.")


@group.command("bounces")
@click.option("--mailbox", is_flag=True, help="Read the IMAP mailbox (BOUNCE_IMAP_…) instead.")
def read_bounces(*, mailbox: bool) -> None:
    """Read one returned letter from standard input, as a mail server's alias hands it over."""
    try:
        if mailbox:
            fetched = read_mailbox(Stop())
            click.echo(f"{fetched.read} read, {fetched.concerned} about letters of ours.")
        else:
            click.echo(bounces.take_in(sys.stdin.buffer.read(bounces.LARGEST + 1)).kind)
    except MailboxTrouble as trouble:
        raise click.ClickException(f"The mailbox cannot be read ({trouble}).") from None
    except Busy:
        click.echo("The database is busy.", err=True)
        sys.exit(TRY_AGAIN)


@group.command("check")
@click.option("--to", default="", help="Send a test letter to this address.")
@click.option("--dns", "dns_server", default="", help="Ask this DNS server (DNS_SERVER).")
@click.option("--language", type=click.Choice(("en", "ja")), default="en", show_default=True)
def check(to: str, dns_server: str, language: str) -> None:
    """Say what is wrong with the mail settings; ends with 0 only when all is right."""
    try:
        if dns_server:
            read_resolver(dns_server)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--dns") from None
    kept().renew_if_old()  # the office may have set another sender
    with force_locale(language):
        findings = checking.check(current_settings(), to=to, dns_server=dns_server)
        for told in map(tell, findings):
            click.echo(f"{MARKS[told.state]}  {told.title}")
            for line in (told.advice, *told.lines, told.reply):
                if line:
                    click.echo(f"      {line}")
        click.echo(f"\n{verdict(ready=is_ready(findings))}")
    sys.exit(0 if is_ready(findings) else 1)


COMMANDS = [group]
