from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from paygate.domain.passwords import check_password
from paygate_local.secrets_file import FILE_NAME, load_secrets


def test_secrets_are_made_once_and_then_stay(tmp_path: Path) -> None:
    home = tmp_path / "new" / "home"
    assert load_secrets(home) == load_secrets(home)


def test_each_stack_and_each_purpose_has_a_secret_of_its_own(tmp_path: Path) -> None:
    one, other = load_secrets(tmp_path / "one"), load_secrets(tmp_path / "other")
    made = [text for each in (one, other) for text in (each.master_key, each.postgres_password, each.valkey_password)]
    assert len(set(made)) == 6
    assert [len(bytes.fromhex(text)) for text in made] == [32, 16, 16] * 2
    passwords = {one.dashboard_password, other.dashboard_password}
    assert len(passwords) == 2
    for password in passwords:
        check_password(password)


def test_a_stack_from_before_there_was_a_dashboard_gets_a_password_and_keeps_the_rest(tmp_path: Path) -> None:
    before = asdict(load_secrets(tmp_path))
    kept = {name: text for name, text in before.items() if name != "dashboard_password"}
    (tmp_path / FILE_NAME).write_text(json.dumps(kept))
    after = load_secrets(tmp_path)
    assert asdict(after) == {**kept, "dashboard_password": after.dashboard_password}
    check_password(after.dashboard_password)
    assert load_secrets(tmp_path) == after
    assert (tmp_path / FILE_NAME).stat().st_mode & 0o777 == 0o600


def test_only_the_owner_can_read_the_file(tmp_path: Path) -> None:
    load_secrets(tmp_path)
    assert (tmp_path / FILE_NAME).stat().st_mode & 0o777 == 0o600
