""".env.example documents each setting of the local stack, and nothing else."""

from __future__ import annotations

import re

from paygate_local.settings import DEFAULTS, ROOT

_LINE = re.compile(r"^(?:# ?)?([A-Z][A-Z0-9_]*)=(.*)$", re.MULTILINE)


def test_it_names_every_setting_once_with_its_default() -> None:
    named = _LINE.findall((ROOT / ".env.example").read_text(encoding="utf-8"))
    assert sorted(name for name, _ in named) == sorted(DEFAULTS)
    assert dict(named) == DEFAULTS
