"""Stands in front of a function in a run that is not measured, and tells which modules it has loaded.

The event `{"bench": "modules"}` is answered with each module's file (empty for built-in ones); every other event goes
to the function whose handler BENCH_HANDLER names.
"""

from __future__ import annotations

import sys
from importlib import import_module
from os import environ
from typing import Any

_module, _, _name = environ["BENCH_HANDLER"].rpartition(".")
_handler = getattr(import_module(_module), _name)


def handler(event: dict[str, Any], context: Any) -> Any:
    if event.get("bench") == "modules":
        return {name: getattr(module, "__file__", None) or "" for name, module in list(sys.modules.items())}
    return _handler(event, context)
