"""Everything around the functions: Postgres, Valkey, the AWS stub, the receiver; all of the bench's own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from paygate.adapters.secrets import DeploymentSecrets
from paygate_local.database import prepare_database
from tests.performance.bench.children import ControlledServer, running_server
from tests.performance.bench.deployment import Deployment, deployment_parameters
from tests.performance.bench.figures import Scene
from tests.performance.bench.machine import Cores, move_to
from tests.support.servers import Servers, settings_for


class Laboratory:
    """One run's servers, and deployments on databases of their own."""

    def __init__(self, stack: ExitStack, home: Path, build: Path, cores: Cores) -> None:
        self._stack = stack
        self._build = build
        self._cores = cores
        self.logs = home / "logs"
        self._servers = Servers(settings_for(home / "servers"))
        stack.callback(shutil.rmtree, home / "servers", ignore_errors=True)
        stack.callback(self._servers.stop)
        self._servers.start()
        self.aws: ControlledServer = stack.enter_context(running_server("aws_stub", cores=cores.others))
        self._receiver = stack.enter_context(running_server("receiver_stub", cores=cores.others))

    @property
    def receiver_url(self) -> str:
        return f"{self._receiver.url}/webhooks"

    @property
    def redis_url(self) -> str:
        return self._servers.redis_url

    def secrets(self, database_url: str) -> DeploymentSecrets:
        """What a deployment with this database finds in Secrets Manager."""
        return DeploymentSecrets(database_url, self.redis_url, self._servers.services.secrets.master_key)

    def new_database(self) -> str:
        """The URL of a migrated database with the test merchant, for this run."""
        url = self._stack.enter_context(self._servers.new_database())
        prepare_database(self.secrets(url), self._servers.services.secrets.dashboard_password)
        return url

    def deploy(self, name: str, database_url: str, redis_url: str | None = None) -> Deployment:
        """The functions with this database; `name` keeps its queues and secrets apart."""
        master_key = self._servers.services.secrets.master_key
        parameters = deployment_parameters(database_url, redis_url or self.redis_url, master_key, self._build)
        deployment = Deployment(name, self._build, self.aws, parameters, cores=self._cores, logs=self.logs)
        self._stack.callback(deployment.close)
        return deployment

    def scene(self, deployment: Deployment) -> Scene:
        return Scene(deployment, self.receiver_url)

    @contextmanager
    def counted(self, database_url: str) -> Iterator[tuple[Scene, ControlledServer]]:
        """A deployment whose databases are reached through the counting proxy."""
        ports = {"postgres": urlsplit(database_url).port, "redis": urlsplit(self.redis_url).port}
        arguments = [f"{name}={port}" for name, port in ports.items()]
        with running_server("counting_proxy", *arguments, cores=self._cores.others) as proxy:
            through = {
                name: url.replace(f":{ports[name]}/", f":{proxy.ports[name]}/")
                for name, url in (("postgres", database_url), ("redis", self.redis_url))
            }
            deployment = self.deploy("counted", through["postgres"], through["redis"])
            yield self.scene(deployment), proxy
            deployment.close()

    def spread(self, cores: frozenset[int]) -> None:
        """Let the servers use these cores from now on."""
        services = self._servers.services
        daemons = [process.pid for daemon in services.daemons if (process := daemon.process()) is not None]
        move_to(cores, [*daemons, self.aws.pid, self._receiver.pid])
