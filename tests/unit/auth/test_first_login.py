import stat
from pathlib import Path

from app.auth.service import FIRST_EMAIL, _first_password, first_login_file, forget_first_login


def test_the_first_password_is_kept_for_its_owner_only(tmp_path: Path) -> None:
    file = first_login_file(tmp_path / "instance")
    password = _first_password(file)
    assert len(password) >= 16
    assert file.read_text() == f"{password}\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(file.parent.iterdir()) == [file]


def test_a_setup_that_was_cut_off_goes_on_with_the_same_password(tmp_path: Path) -> None:
    file = first_login_file(tmp_path)
    assert _first_password(file) == _first_password(file)


def test_the_file_goes_with_that_accounts_new_password_only(tmp_path: Path) -> None:
    file = first_login_file(tmp_path)
    _first_password(file)
    forget_first_login("somebody@example.com", tmp_path)
    assert file.exists()
    forget_first_login(FIRST_EMAIL, tmp_path)
    assert not file.exists()
    forget_first_login(FIRST_EMAIL, tmp_path)
