"""checkout.js, its types and its page of the docs, as text, with what they list."""

from __future__ import annotations

import re

from paygate_local.settings import ROOT

SITE = ROOT / "static_checkout"
SDK = (SITE / "checkout.js").read_text(encoding="utf-8")
TYPES = (SITE / "checkout.d.ts").read_text(encoding="utf-8")
PAGE = (ROOT / "docs" / "checkout.md").read_text(encoding="utf-8")


def taken_by_sdk(name: str) -> set[str]:
    """The names in one of the SDK's own lists of what it takes, such as OPTIONS."""
    found = re.search(rf"const {name} = [{{\[](.*?)[}}\]];\n", SDK, re.DOTALL)
    assert found is not None
    return set(re.findall(r'(\w+): "' if name != "EVENTS" else r'"([\w.]+)"', found[1]))


def members(name: str) -> set[str]:
    """The names of the members of one of the interfaces of the types."""
    found = re.search(rf"^  interface {name}\b[^{{]*\{{\n(.*?)^  \}}", TYPES, re.MULTILINE | re.DOTALL)
    assert found is not None
    return {quoted or bare for quoted, bare in re.findall(r'^    (?:"([\w.]+)"|(\w+))\??:', found[1], re.MULTILINE)}


def union(name: str) -> set[str]:
    """The texts of one of the union types."""
    found = re.search(rf"type {name} =(.*?);", TYPES, re.DOTALL)
    assert found is not None
    return set(re.findall(r'"([^"]+)"', found[1]))
