"""template.yaml as plain data: `!Ref x` becomes {"Ref": "x"}, `!GetAtt a.b` becomes {"Fn::GetAtt": ["a", "b"]}."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import yaml

from paygate_local.settings import ROOT

TEMPLATE_FILE = ROOT / "template.yaml"


class _Loader(yaml.SafeLoader):
    """Knows CloudFormation's short forms."""


def _intrinsic(loader: _Loader, name: str, node: yaml.Node) -> dict[str, Any]:
    key = name if name in ("Ref", "Condition") else f"Fn::{name}"
    if isinstance(node, yaml.ScalarNode):
        text = str(loader.construct_scalar(node))
        return {key: text.split(".", 1) if name == "GetAtt" else text}
    if isinstance(node, yaml.SequenceNode):
        return {key: loader.construct_sequence(node, deep=True)}
    assert isinstance(node, yaml.MappingNode)
    return {key: loader.construct_mapping(node, deep=True)}


_Loader.add_multi_constructor("!", _intrinsic)


@cache
def template() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.load(TEMPLATE_FILE.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506
    return loaded


def resources(kind: str) -> dict[str, dict[str, Any]]:
    """The properties of every resource of a type, by its logical id."""
    found = {
        name: resource.get("Properties", {})
        for name, resource in template()["Resources"].items()
        if resource["Type"] == kind
    }
    assert found, f"the template has no {kind}"
    return found


def resources_of(*kinds: str) -> set[str]:
    """The logical ids of every resource of these types; there may be none."""
    return {name for name, resource in template()["Resources"].items() if resource["Type"] in kinds}


def functions() -> dict[str, dict[str, Any]]:
    return resources("AWS::Serverless::Function")


def events(kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every event source of a type: the function's logical id and the event's properties."""
    for name, function in functions().items():
        for event in function.get("Events", {}).values():
            if event["Type"] == kind:
                yield name, event["Properties"]


def environment(function: dict[str, Any]) -> set[str]:
    """The variables that a function gets."""
    everywhere = template()["Globals"]["Function"]["Environment"]["Variables"]
    return {*everywhere, *function.get("Environment", {}).get("Variables", {})}
