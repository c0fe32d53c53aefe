"""Commands for whoever looks after a copy: ``flask accounts …``."""

import click
from flask.cli import AppGroup

from app.auth import service as accounts
from app.auth.rights import ORGANISER, ROLES

group = AppGroup("accounts", help="Accounts of the office.")


@group.command("add")
@click.argument("email")
@click.option("--name", default="", help="The name that the audit table shows.")
@click.option("--role", type=click.Choice(ROLES), default=ORGANISER, help="What it may do.")
@click.password_option(help="12 to 200 characters.")
def add(email: str, name: str, role: str, password: str) -> None:
    """Add an account."""
    try:
        accounts.create_account(email=email, name=name, password=password, role=role)
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"Account {email} added.")


@group.command("password")
@click.argument("email")
@click.password_option(help="12 to 200 characters.")
def password(email: str, password: str) -> None:
    """Give an account a new password and log it out everywhere."""
    try:
        accounts.set_password(email, password)
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"Account {email} has a new password.")


COMMANDS = [group]
