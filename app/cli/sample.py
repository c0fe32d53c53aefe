"""``flask sample load``: the sample meetings."""

import click
from flask.cli import AppGroup

from app.base.clock import now
from app.config import current_settings
from app.events import samples
from app.planning.service import give_plans
from app.reminders import ruling

group = AppGroup("sample", help="Sample meetings for a first look.")


@group.command("load")
@click.option("--as-announced", is_flag=True, help="Keep the announced dates.")
def load(*, as_announced: bool) -> None:
    """Add the sample meetings, moved to a coming Tuesday, where they are not there yet."""
    if not current_settings().local_mailbox:
        raise click.ClickException(
            "Sample meetings are loaded only where mail stays on this machine (LOCAL_MAILBOX=1)."
        )
    loaded = samples.load(now(), as_announced=as_announced)
    ruling.give_first_rules()
    give_plans()
    click.echo(f"Sample meetings: {len(loaded.added)} added, {len(loaded.kept)} already there.")


COMMANDS = [group]
