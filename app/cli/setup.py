"""``flask setup``: make this copy ready to run. Running it again changes nothing."""

import click
import flask_migrate
from flask.cli import with_appcontext

from app.auth import service as accounts
from app.base.clock import now
from app.config import Settings, current_settings
from app.events import samples
from app.reminders import ruling


@click.command("setup")
@with_appcontext
def setup() -> None:
    """Migrate the database, load samples (with the local mailbox), make the first account."""
    settings = current_settings()
    flask_migrate.upgrade()
    if settings.local_mailbox:
        samples.load(now())
    ruling.give_first_rules()
    accounts.first_account(settings.instance_path)
    _tell(settings)


def _tell(settings: Settings) -> None:
    first_login = accounts.first_login_file(settings.instance_path)
    click.echo("")
    click.echo(f"  Meetings   {settings.public_url}/")
    click.echo(f"  Office     {settings.public_url}/office/")
    if settings.local_mailbox:
        click.echo(f"  Mailbox    {settings.public_url}/mailbox/  (letters stay on this machine)")
    click.echo(f"  Account    {accounts.FIRST_EMAIL}")
    if first_login.exists():
        click.echo(f"  Password   in {first_login}")
    else:
        click.echo("  Password   the one that you chose")
    click.echo("")


COMMANDS = [setup]
