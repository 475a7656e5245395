"""Has LocalStack's Step Functions parse each JSONPath once.

LocalStack 4.9 builds the whole parser anew for every path that it looks up, which takes 28 ms of the one core that its
threads share; a retry of a webhook looks up five.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from typing import Any

from localstack.runtime import hooks

PATHS_MAX = 1024


@hooks.on_infra_start()
def remember_json_paths() -> None:
    """Keep what paths are parsed to; looking something up does not change it.

    LocalStack imports the function with the service, on first use, so it is exchanged before that.
    """
    parser: Any = import_module("jsonpath_ng.ext")
    parser.parse = lru_cache(PATHS_MAX)(parser.parse)
