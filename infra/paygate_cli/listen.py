"""`./paygate listen`: a developer's stand-in for a webhook endpoint, which forwards a merchant's events to a server.

It polls the API, so the machine that it runs on needs no address that Paygate could reach.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from paygate.domain.signing import SECRET_PREFIX
from paygate.operations.seed_test_merchant import TEST_KEY_ID, TEST_KEY_SECRET
from paygate_cli.listen_gateway import EventLog, iso
from paygate_cli.listen_loop import Listener
from paygate_cli.listen_options import header_text, http_url, signing_secret, start_time, type_patterns
from paygate_cli.listen_receiver import LocalReceiver
from paygate_cli.listen_state import ListenState, UnusableState, only_one
from paygate_local.settings import read_settings


def listen(  # noqa: PLR0913  typer reads the options from it
    forward_to: Annotated[
        str | None, typer.Option(parser=http_url, metavar="URL", help="where each event is posted to; required")
    ] = None,
    api_key: Annotated[
        str, typer.Option(envvar="PAYGATE_API_KEY", parser=header_text, metavar="KEY", help="the merchant's key")
    ] = TEST_KEY_ID,
    api_secret: Annotated[
        str, typer.Option(envvar="PAYGATE_API_SECRET", parser=header_text, metavar="SECRET", help="the key's secret")
    ] = TEST_KEY_SECRET,
    url: Annotated[
        str | None,
        typer.Option(
            envvar="PAYGATE_URL", parser=http_url, metavar="URL", help="the gateway; the local one by default"
        ),
    ] = None,
    events: Annotated[
        list[str] | None,
        typer.Option(metavar="TYPES", help="which: '*' (all, the default), 'payment.*' or types; commas or repeated"),
    ] = None,
    since: Annotated[
        datetime | None,
        typer.Option(
            parser=start_time,
            metavar="TIME",
            help="'all', 'now' or an ISO 8601 time; from where it left off, at first from now, when left out",
        ),
    ] = None,
    secret: Annotated[
        str | None,
        typer.Option(parser=signing_secret, metavar="WHSEC", help="sign with this secret, not the key's own"),
    ] = None,
    print_secret: Annotated[bool, typer.Option("--print-secret", help="print the signing secret and exit")] = False,
    interval: Annotated[float, typer.Option(min=0.2, max=60, help="seconds between two polls")] = 1.0,
) -> None:
    """Forward a merchant's events, signed as webhooks, to a server on this machine, until interrupted."""
    secret = secret or listen_secret(api_key, api_secret)
    if print_secret:
        print(secret)
        return
    if not forward_to:
        raise typer.BadParameter(
            "Say where to, e.g. --forward-to http://localhost:9000/hook.", param_hint="'--forward-to'"
        )
    patterns = type_patterns(events or ["*"])
    settings = read_settings()
    url = (url or settings.url).rstrip("/")
    path = state_path(settings.home, api_key, url, forward_to)
    with _ended_by_signals() as stop, only_one(path):
        state = _state(path, since)
        _say(f"Polling {url} as {api_key}, from {iso(state.since)} on.")
        _say(f"Forwarding to {forward_to}, signed with {secret}")
        log, receiver = EventLog(url, api_key, api_secret), LocalReceiver(forward_to, secret)
        Listener(log, receiver, state, patterns, interval, stop.wait, _say).run()


def listen_secret(api_key: str, api_secret: str) -> str:
    """The signing secret of a key: always the same, so that it can be put into the receiver's settings once."""
    made = hmac.digest(api_secret.encode(), f"paygate listen {api_key}".encode(), "sha256")
    return SECRET_PREFIX + base64.b64encode(made).decode()


def state_path(home: Path, api_key: str, url: str, forward_to: str) -> Path:
    """Each way that events are forwarded has a state file of its own."""
    name = hashlib.sha256("\n".join((api_key, url, forward_to)).encode()).hexdigest()[:16]
    return home / "listen" / f"{name}.json"


def _state(path: Path, since: datetime | None) -> ListenState:
    """What an earlier run has left, unless told to begin elsewhere. Raises Problem."""
    kept = None
    if since is None:
        try:
            kept = ListenState.load(path)
        except UnusableState:
            _say(f"{path} cannot be read; starting as new.")
    state = kept or ListenState(path, since or datetime.now(UTC))
    # So that a second start goes on from the first one's beginning, even if there was no event between them.
    state.save(always=True)
    return state


@contextmanager
def _ended_by_signals() -> Iterator[threading.Event]:
    """Ctrl-C and SIGTERM end the block at once, whatever it waits for; the event is there to wait with."""
    # SIGINT as well: a shell has the commands that it starts in the background ignore it.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    try:
        yield threading.Event()
    except KeyboardInterrupt:
        _say("Stopped.")


def _say(words: str) -> None:
    print(words, flush=True)
