"""What make says where something is missing."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def make(folder: Path, target: str, python: str) -> subprocess.CompletedProcess[str]:
    command = ["make", "-C", str(folder), target, f"PYTHON={python}"]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of what make needs, without a virtual environment."""
    if shutil.which("make") is None:
        pytest.skip("make tests: no make found")
    (tmp_path / "requirements").mkdir()
    for name in ("Makefile", "requirements/run.txt", "requirements/dev.txt"):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def python_that_fails_at(folder: Path, word: str) -> str:
    program = folder / "python"
    program.write_text(
        f'#!/bin/sh\ncase "$2" in *{word}*) exit 1;; esac\nexec {sys.executable} "$@"\n'
    )
    program.chmod(0o755)
    return str(program)


def test_without_venv_it_says_what_to_install(folder: Path) -> None:
    done = make(folder, "run", python_that_fails_at(folder, "ensurepip"))
    assert done.returncode != 0
    assert "apt install python3-venv" in done.stdout
    assert not (folder / ".venv").exists()


def test_an_old_python_is_told(folder: Path) -> None:
    done = make(folder, "run", python_that_fails_at(folder, "version_info"))
    assert done.returncode != 0
    assert "Python 3.11 or newer" in done.stdout


def test_help_lists_every_target_that_people_call(folder: Path) -> None:
    listed = make(folder, "help", sys.executable).stdout
    for target in ("run", "test", "sure", "faults", "bench"):
        assert f"make {target}" in listed
