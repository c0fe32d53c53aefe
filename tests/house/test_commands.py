"""Every command is documented; every template loads."""

from pathlib import Path

import click
from flask import Flask

ROOT = Path(__file__).resolve().parents[2]
FLASKS_OWN = {"run", "shell", "routes", "db"}


def commands(group: click.Group, prefix: str = "") -> list[str]:
    found = []
    for name, command in group.commands.items():
        if not prefix and name in FLASKS_OWN:
            continue
        if isinstance(command, click.Group):
            found += commands(command, f"{prefix}{name} ")
        else:
            found.append(f"{prefix}{name}")
    return found


def test_every_command_is_documented(app: Flask) -> None:
    documented = (ROOT / "docs/commands.md").read_text(encoding="utf-8")
    assert [name for name in commands(app.cli) if f"`{name}" not in documented] == []


def test_every_template_loads(app: Flask) -> None:
    names = [name for name in app.jinja_env.list_templates() if name.endswith((".html", ".txt"))]
    assert len(names) > 20
    for name in names:
        app.jinja_env.get_template(name)
