"""Node programs of the dashboard, run as its developers run them."""

from __future__ import annotations

import os
import subprocess

from paygate_local.node_packages import DASHBOARD


def node_in_dashboard(*arguments: str) -> subprocess.CompletedProcess[str]:
    """`node` in the dashboard's folder, with its packages."""
    if not DASHBOARD.ready():
        DASHBOARD.make()  # `make test` has made them
    return subprocess.run(
        ["node", *arguments],
        cwd=DASHBOARD.source,
        env={**os.environ, "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
