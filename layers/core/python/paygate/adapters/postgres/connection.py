"""One Postgres connection for one Lambda environment.

Statements are prepared once and then take a single round trip each, in autocommit: one statement is one transaction.
"""

from __future__ import annotations

import socket
import ssl
from struct import Struct
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pg8000.native
from pg8000.converters import make_params
from pg8000.core import BIND_COMPLETE, COMMAND_COMPLETE, EXECUTE_MSG, READY_FOR_QUERY, SYNC_MSG, Context
from pg8000.exceptions import DatabaseError, InterfaceError

from paygate.adapters.postgres.statements import ServerForm, server_form
from paygate.adapters.sockets import has_hung_up
from paygate.domain.errors import DatabaseUnavailableError, StatementFailedError

CONNECT_TIMEOUT_SECONDS = 3
STATEMENT_TIMEOUT_MS = 5_000
# Errors of a server that is not able to answer now (rolled back for another transaction, too many clients, shutting
# down, cancelled by timeout, only a standby any more), by the beginning of their SQLSTATE:
# https://www.postgresql.org/docs/current/errcodes-appendix.html
UNAVAILABLE_SQLSTATES = ("08", "25006", "40", "53", "57")
# Of the protocol's messages: a length, a count, and the length that stands for NULL.
LENGTH = Struct("!i")
SHORT = Struct("!h")
NULL = LENGTH.pack(-1)
HEAD = Struct("!ci")
UNINTERESTING = (BIND_COMPLETE, COMMAND_COMPLETE)
READ_BYTES = 65_536
# The prepared statement is gone, or its result type changed with a migration: prepare it again.
STALE_STATEMENT_SQLSTATES = ("0A000", "26000")


class PostgresDatabase:
    """Runs named statements from `sql/*.sql`; connects on first use and again when the connection has died.

    Not safe for use by several threads, as a pg8000 connection is not.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: Any = None
        self._prepared: dict[tuple[str, ...], _Prepared] = {}

    def run(self, name: str, /, **parameters: object) -> list[dict[str, Any]]:
        """Run the statement called `name` and return its rows.

        Raises DatabaseUnavailableError, StatementFailedError for what the database refuses, and TypeError for
        parameters that the statement does not take.

        A statement whose connection broke under way may or may not have been committed; the caller finds out by
        reading, or by a statement that is safe to run twice.
        """
        connection = self._usable_connection()
        try:
            try:
                return self._run_prepared(connection, name, parameters)
            except DatabaseError as error:
                if _sqlstate(error) not in STALE_STATEMENT_SQLSTATES:
                    raise
                self._prepared.pop((name, *parameters), None)
                return self._run_prepared(connection, name, parameters)
        except DatabaseError as error:
            if _sqlstate(error).startswith(UNAVAILABLE_SQLSTATES):
                self.close()
                raise DatabaseUnavailableError("The database is not able to answer now.") from error
            # The answer was read to its end, so the connection is good. Without the server's details, which quote whole
            # rows and would end in the log.
            raise StatementFailedError(f"{name} failed: {_field(error, 'M')} ({_sqlstate(error)}).") from None
        except (InterfaceError, OSError) as error:
            self.close()
            raise DatabaseUnavailableError("The connection to the database broke.") from error
        except BaseException:
            # What comes next on this connection could be the answer to this very statement.
            self.close()
            raise

    def close(self) -> None:
        connection, self._connection = self._connection, None
        self._prepared.clear()
        if connection is not None:
            try:
                connection.close()
            except (InterfaceError, OSError):
                return  # it was dead already

    def _run_prepared(self, connection: Any, name: str, parameters: dict[str, object]) -> list[dict[str, Any]]:
        form = (name, *parameters)
        prepared = self._prepared.get(form)
        if prepared is None:
            prepared = self._prepared[form] = _Prepared(connection, server_form(name, tuple(parameters)))
        return prepared.run(parameters)

    def _usable_connection(self) -> Any:
        if self._connection is not None and has_hung_up(self._connection._usock):
            self.close()
        if self._connection is None:
            self._connection = connect(self._url)
        return self._connection


class _Prepared:
    """A statement that the server has parsed. Running it is one write and one answer: pg8000 itself sends Bind, Execute
    and Sync apart, makes the server answer each, and reads each answer in pieces, which costs twice the CPU.
    """

    def __init__(self, connection: Any, form: ServerForm) -> None:
        self._sql = form.sql
        self._parameters = form.parameters
        self._connection = connection
        name_bytes, self._columns, self._input_functions = connection.prepare_statement(form.sql, ())
        self._column_names = [column["name"] for column in self._columns or ()]
        # Message Bind: unnamed portal, the statement's name, all parameters as text, how many there are.
        self._bind_head = b"\0" + name_bytes + SHORT.pack(0) + SHORT.pack(len(form.parameters))

    def run(self, parameters: dict[str, object]) -> list[dict[str, Any]]:
        """The rows, each by column name; `parameters` are those of the form. https://www.postgresql.org/docs/current/protocol-message-formats.html"""
        parts = [self._bind_head]
        for name in self._parameters:
            value = self._as_text(parameters[name])
            parts.append(NULL if value is None else LENGTH.pack(len(value)) + value)
        parts.append(SHORT.pack(0))  # results as text, too
        bind = b"".join(parts)
        message = b"B" + LENGTH.pack(len(bind) + 4) + bind + EXECUTE_MSG + SYNC_MSG
        self._connection._usock.sendall(message)
        context = Context(self._sql, columns=self._columns, input_funcs=self._input_functions)
        self._read_answer(context)
        return [dict(zip(self._column_names, row, strict=True)) for row in context.rows or ()]

    def _read_answer(self, context: Any) -> None:
        """Hand each message of the answer to pg8000; it would read head and body of each one apart."""
        data = b""
        position = 0
        code = b""
        while code != READY_FOR_QUERY:
            while len(data) < position + HEAD.size or len(data) < position + 1 + HEAD.unpack_from(data, position)[1]:
                data, position = data[position:] + self._receive(), 0
            code, length = HEAD.unpack_from(data, position)
            end = position + 1 + length
            if code not in UNINTERESTING:
                self._connection.message_types[code](data[position + HEAD.size : end], context)
            position = end
        if context.error is not None:
            raise context.error

    def _receive(self) -> bytes:
        data: bytes = self._connection._usock.recv(READ_BYTES)
        if not data:
            raise InterfaceError("the server hung up within its answer")
        return data

    def _as_text(self, value: object) -> bytes | None:
        if value is None:
            return None
        (text,) = (value,) if isinstance(value, str) else make_params(self._connection.py_types, (value,))
        return str(text).encode()


def connect(url: str) -> Any:
    """A new pg8000 connection for a `postgresql://` URL, in UTC and bounded in time.

    `sslmode=disable` switches TLS off (loopback); otherwise the server's certificate is verified, against the CA file
    of `sslrootcert` if there is one. Raises DatabaseUnavailableError.
    """
    parts = urlsplit(url)
    try:
        connection = pg8000.native.Connection(
            user=unquote(parts.username or ""),
            password=unquote(parts.password or "") or None,
            host=parts.hostname,
            port=parts.port or 5432,
            database=parts.path.lstrip("/"),
            timeout=CONNECT_TIMEOUT_SECONDS,
            tcp_keepalive=True,
            ssl_context=ssl_context_of(url),
            startup_params={
                "TimeZone": "UTC",
                "statement_timeout": str(STATEMENT_TIMEOUT_MS),
                # Every statement finds its rows by an index, whatever it looks for: one plan is good for all. Left to
                # itself the server plans lists of a large table anew for each call: it cannot know how short they are.
                "plan_cache_mode": "force_generic_plan",
                # A plan that was made while a table was small is kept until the next ANALYZE.
                "enable_seqscan": "off",
            },
            application_name="paygate",
        )
        connection._usock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # A little longer than the server lets a statement run, so that its own word comes first.
        connection._usock.settimeout(STATEMENT_TIMEOUT_MS / 1000 + 1)
    except (DatabaseError, InterfaceError, OSError) as error:
        raise DatabaseUnavailableError("The database does not accept a connection.") from error
    return connection


def ssl_context_of(url: str) -> ssl.SSLContext | bool:
    """How a database URL wants TLS, which all that connect do alike; False is without."""
    options = parse_qs(urlsplit(url).query)
    if options.get("sslmode") == ["disable"]:
        return False
    return ssl.create_default_context(cafile=options.get("sslrootcert", [None])[0])


def _sqlstate(error: DatabaseError) -> str:
    return _field(error, "C")


def _field(error: DatabaseError, code: str) -> str:
    """Of what the server says of an error: https://www.postgresql.org/docs/current/protocol-error-fields.html"""
    fields = error.args[0] if error.args else {}
    return str(fields.get(code, "")) if isinstance(fields, dict) else ""
