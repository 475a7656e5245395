"""Pictures of a page of the dashboard in all its looks, and who can use it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal, cast

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from paygate_local.settings import ROOT
from tests.support.polling import eventually

SCREENSHOTS = ROOT / ".local" / "screenshots"
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
SIZES = {"desktop": (1280, 800), "phone": (390, 844)}
NARROWEST = (320, 640)
# Still, so that pictures are alike and axe sees the colours of the end.
STILL: dict[str, Any] = {"reduced_motion": "reduce"}


def ready(page: Page) -> None:
    """Everything is there: no skeleton, no bones of a table, and no complaint."""
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_text("Loading", exact=False)).to_have_count(0)
    expect(page.get_by_role("alert").filter(has_text=re.compile(r"\S"))).to_have_count(0)


def violations(page: Page) -> list[str]:
    """What axe-core finds."""
    response = cast("dict[str, Any]", Axe().run(page, options={"resultTypes": ["violations"]}).response)
    return [f"{one['id']}: {[node['html'] for node in one['nodes']]}" for one in response["violations"]]


def look_at(page: Page, name: str, sizes: Mapping[str, tuple[int, int]] = SIZES) -> None:
    """Photograph the page as it is, in all its looks, which axe judges."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    found: dict[str, list[str]] = {}
    for size, (width, height) in sizes.items():
        page.set_viewport_size({"width": width, "height": height})
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            page.screenshot(path=SCREENSHOTS / f"dashboard-{name}-{size}-{scheme}.png")
            found[f"{size} {scheme}"] = violations(page)
        check_width(page)
    width, height = NARROWEST
    page.set_viewport_size({"width": width, "height": height})
    check_width(page)
    complaints = [f"{look}: {each}" for look, them in found.items() for each in them]
    assert not complaints, "\n".join(complaints)


def check_width(page: Page) -> None:
    """Nothing sticks out to the side, once charts have taken their new size."""
    fits = "document.documentElement.scrollWidth <= innerWidth"
    # Not Playwright's wait_for_function, whose eval the page's policy forbids.
    eventually(lambda: page.evaluate(fits), seconds=10, what="a page as wide as its window")
