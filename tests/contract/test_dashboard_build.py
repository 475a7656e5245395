"""The built dashboard: its logic's tests, its size, its fitness for the content security policy and for deep links."""

from __future__ import annotations

import gzip
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from paygate_local.dashboard import build_dashboard, cache_control, dashboard_files, dashboard_folder
from paygate_local.node_packages import DASHBOARD
from tests.contract.cloudformation import resources
from tests.contract.dashboard import node_in_dashboard

FIRST_LOAD_MAX = 250 * 1024
ENTRY = "index.html"
CALL_FUNCTION = "console.log(JSON.stringify(handler({request: {uri: process.argv[1]}})))"


@pytest.fixture(scope="module")
def built() -> Path:
    build_dashboard()
    return dashboard_folder()


@pytest.fixture(scope="module")
def manifest(built: Path) -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads((built / ".vite/manifest.json").read_text(encoding="utf-8"))
    return parsed


def test_the_tests_of_its_logic_pass() -> None:
    result = node_in_dashboard("node_modules/vitest/vitest.mjs", "run", "--reporter=dot")
    assert result.returncode == 0, result.stdout + result.stderr


def pages() -> list[str]:
    return sorted(
        path.relative_to(DASHBOARD.source).as_posix() for path in DASHBOARD.source.glob("src/pages/*/*Page.tsx")
    )


@pytest.mark.parametrize("page", pages())
def test_the_first_load_of_each_page_is_small(built: Path, manifest: dict[str, Any], page: str) -> None:
    """Everything that the page needs before it shows, compressed as CloudFront does it."""
    assert manifest[page]["isDynamicEntry"] is True, "every page has a file of its own"
    files = {ENTRY, "theme.js", *_needed(manifest, ENTRY), *_needed(manifest, page)}
    size = sum(len(gzip.compress((built / name).read_bytes(), 6)) for name in files)
    assert size <= FIRST_LOAD_MAX


def test_the_chart_is_not_in_the_first_load(manifest: dict[str, Any]) -> None:
    home = {*_needed(manifest, ENTRY), *_needed(manifest, "src/pages/home/HomePage.tsx")}
    assert manifest["src/pages/home/TimeSeries.tsx"]["file"] not in home


def test_names_change_with_the_content_and_only_those_are_kept(manifest: dict[str, Any], built: Path) -> None:
    unhashed = {key for key, _ in dashboard_files() if not key.startswith("assets/")}
    assert unhashed == {ENTRY, "theme.js"}
    assert {cache_control(key) for key in unhashed} == {"no-cache"}
    assert "immutable" in cache_control(manifest[ENTRY]["file"])


def test_the_page_has_nothing_inline(built: Path) -> None:
    html = (built / ENTRY).read_text(encoding="utf-8")
    assert "<style" not in html
    assert " style=" not in html
    assert all(script.startswith((' src="/dashboard/', ' type="module"')) for script in html.split("<script")[1:])
    assert "></script>" in html


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("/dashboard/", "/index.html"),
        ("/dashboard/payments/pay_1", "/index.html"),
        ("/dashboard/assets/index-1.js", "/assets/index-1.js"),
        ("/dashboard/theme.js", "/theme.js"),
        ("/dashboardx.js", "/index.html"),
    ],
)
def test_deep_links_get_the_page_on_aws(path: str, key: str) -> None:
    assert _ask_cloudfront(path)["uri"] == key


def test_the_dashboard_without_its_slash_is_led_there() -> None:
    answer = _ask_cloudfront("/dashboard")
    assert answer["statusCode"] == 301
    assert answer["headers"]["location"]["value"] == "/dashboard/"


def _ask_cloudfront(path: str) -> Any:
    (function,) = resources("AWS::CloudFront::Function").values()
    program = function["FunctionCode"] + CALL_FUNCTION
    result = subprocess.run(["node", "-e", program, path], capture_output=True, text=True, check=True)
    return json.loads(result.stdout)


def _needed(manifest: dict[str, Any], name: str, seen: set[str] | None = None) -> Iterator[str]:
    """The files of a chunk and of all that it imports statically."""
    seen = set() if seen is None else seen
    if name in seen:
        return
    seen.add(name)
    chunk = manifest[name]
    yield chunk["file"]
    yield from chunk.get("css", ())
    for imported in chunk.get("imports", ()):
        yield from _needed(manifest, imported, seen)
