"""The dashboard speaks to the API as docs/openapi.yaml has it."""

from __future__ import annotations

import json
import re

from iso4217 import Currency

from paygate_local.node_packages import DASHBOARD, MANIFESTS
from tests.contract.dashboard import node_in_dashboard

MONEY = DASHBOARD.source / "src/lib/money.ts"
DIGITS_LINE = re.compile(r'digitsOf\((\d), "([A-Z ]+)"\)')


def test_the_types_are_those_of_the_api() -> None:
    result = node_in_dashboard("scripts/generate-api.js", "--check")
    assert result.returncode == 0, result.stderr


def test_minor_units_are_those_of_iso_4217() -> None:
    """`Intl` has others for some currencies, and money shown ten times too large is worse than an ugly number."""
    listed = {
        currency: int(digits)
        for digits, currencies in DIGITS_LINE.findall(MONEY.read_text(encoding="utf-8"))
        for currency in currencies.split()
    }
    real = {each.code: each.exponent for each in Currency if each.exponent not in (None, 2)}
    assert listed == real


def test_the_packages_are_locked_without_a_registry_of_ones_own() -> None:
    package, lock = (json.loads((DASHBOARD.source / name).read_text(encoding="utf-8")) for name in MANIFESTS)
    wanted = {**package["dependencies"], **package["devDependencies"]}
    assert {name: lock["packages"][f"node_modules/{name}"]["version"] for name in wanted} == wanted
    for name, locked in lock["packages"].items():
        assert "resolved" not in locked, name
        assert not name or locked.get("inBundle") or locked["integrity"].startswith("sha512-"), name
