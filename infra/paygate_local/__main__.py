"""The command line behind the Makefile."""

from __future__ import annotations

import shutil
import sys
import traceback
from collections.abc import Callable
from typing import Annotated

import typer

from paygate_local.problems import Problem
from paygate_local.progress import ERR, OUT
from paygate_local.settings import ROOT, StackSettings, read_settings

TRACE_FILE = ROOT / ".local" / "last-error.txt"
app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)


@app.command()
def up() -> None:
    """Bring the whole stack up on this machine and deploy Paygate to it."""
    from paygate_local.up import bring_up, print_summary

    settings = read_settings()
    bring_up(settings)
    print_summary(settings)


@app.command()
def down() -> None:
    """Stop the stack; data stays."""
    _stop(read_settings())


@app.command()
def reset() -> None:
    """Stop the stack and delete its data."""
    settings = read_settings()
    _stop(settings)
    shutil.rmtree(settings.home, ignore_errors=True)
    OUT.print(f"Deleted {settings.home}.")


@app.command()
def status() -> None:
    """Show which parts of the stack run."""
    from paygate_local.status import print_status

    if not print_status(read_settings()):
        raise typer.Exit(1)


@app.command()
def logs(function: Annotated[str, typer.Argument(help="e.g. process_payments; all when left out")] = "") -> None:
    """Follow the logs of the functions and the servers."""
    from paygate_local.logs import follow

    follow(read_settings(), function)


@app.command()
def demo() -> None:
    """Pay an order and watch its webhook arrive; in a terminal, then open a shop that takes payments."""
    from paygate_local.demo import keep_shop_open, run_demo

    settings = read_settings()
    run_demo(settings)
    if sys.stdin.isatty():
        keep_shop_open(settings)


@app.command()
def secrets() -> None:
    """Print the servers' passwords as shell variables, for docker compose."""
    from paygate_local.secrets_file import load_secrets

    made = load_secrets(read_settings().home)
    print(f"POSTGRES_PASSWORD={made.postgres_password}\nVALKEY_PASSWORD={made.valkey_password}")


def _stop(settings: StackSettings) -> None:
    from paygate_local.services import Services

    stopped = Services(settings).stop()
    OUT.print(f"Stopped {', '.join(stopped)}." if stopped else "Nothing was running.")


def main(run: Callable[[], None]) -> None:
    """Run a command; every failure ends in one line and a non-zero exit."""
    try:
        run()
    except Problem as problem:
        ERR.print(f"[red]✗[/] {problem}", markup=True)
        sys.exit(1)
    except KeyboardInterrupt:
        ERR.print("Interrupted; make up goes on from here.")
        sys.exit(130)
    except Exception as error:
        # What no step has words for, such as a server that dies under a call: one line all the same, the trace aside.
        TRACE_FILE.parent.mkdir(parents=True, exist_ok=True)
        TRACE_FILE.write_text(traceback.format_exc())
        first_line = str(error).partition("\n")[0][:300]
        ERR.print(f"✗ {type(error).__name__}: {first_line}. See make status, and {TRACE_FILE}.", markup=False)
        sys.exit(1)


if __name__ == "__main__":
    main(app)
