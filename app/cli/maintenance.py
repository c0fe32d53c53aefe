"""Commands for whoever looks after a copy: ``flask accounts …``."""

import click
from flask.cli import AppGroup

from app.auth import service as accounts

group = AppGroup("accounts", help="Accounts of the office.")


@group.command("add")
@click.argument("email")
@click.option("--name", default="", help="The name that the audit table shows.")
@click.password_option(help="At least 12 characters.")
def add(email: str, name: str, password: str) -> None:
    """Add an organiser."""
    try:
        accounts.create_account(email=email, name=name, password=password, role="organiser")
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"Account {email} added.")


COMMANDS = [group]
