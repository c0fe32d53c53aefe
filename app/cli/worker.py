"""``flask worker`` sends the letters; ``flask mailbox`` keeps them on one's own machine."""

import sys

import click
from flask.cli import ScriptInfo, pass_script_info

from app.mail import mailbox as local_mailbox
from app.mail import worker as mail_worker


@click.command("worker")
@pass_script_info
def worker(info: ScriptInfo) -> None:
    """Send letters and do the regular duties, until SIGTERM or Ctrl-C."""
    sys.exit(mail_worker.run(info.load_app()))


@click.command("mailbox")
@pass_script_info
def mailbox(info: ScriptInfo) -> None:
    """Receive letters on this machine instead of sending them out (LOCAL_MAILBOX=1)."""
    settings = info.load_app().extensions["settings"]
    if not settings.local_mailbox:
        raise click.ClickException("The mailbox is only for trying out: set LOCAL_MAILBOX=1.")
    try:
        local_mailbox.serve(settings)
    except OSError as error:
        raise click.ClickException(
            f"Port {settings.local_mailbox_port} cannot be used ({error.strerror}); "
            "choose another by LOCAL_MAILBOX_PORT."
        ) from None


COMMANDS = [worker, mailbox]
