"""One JSON line a request on stdout: with an id, time and version; without names, cookies, queries and bodies."""

import logging
import re
import sys
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from flask import Flask, Response, has_request_context, request
from pythonjsonlogger.json import JsonFormatter
from werkzeug.exceptions import InternalServerError

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

LOGGERS = ("dashboard", "recsys", "dash")
REQUEST_ID = "repertoire.request_id"  # in the WSGI environment
PERSON = "repertoire.person"  # there too: the id of who sends the request, no name
_SANE_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")

_log = logging.getLogger(__name__)


class _Stdout(logging.Handler):
    """Writes whole lines to what sys.stdout is at that moment."""

    def emit(self, record: logging.LogRecord) -> None:
        sys.stdout.write(f"{self.format(record)}\n")
        sys.stdout.flush()


class _Lines(JsonFormatter):
    """Time in UTC, level, message; the request's id where there is a request; whatever is in `extra`."""

    def __init__(self) -> None:
        names = {"asctime": "time", "levelname": "level"}
        super().__init__("{asctime}{levelname}{message}", "%Y-%m-%dT%H:%M:%SZ", style="{", rename_fields=names)
        self.converter = time.gmtime

    def add_fields(self, log_data: dict[str, Any], record: logging.LogRecord, message_dict: dict[str, Any]) -> None:
        super().add_fields(log_data, record, message_dict)
        if has_request_context() and request_id():
            log_data.setdefault("id", request_id())
            if PERSON in request.environ:
                log_data.setdefault("person", request.environ[PERSON])


def set_up_logging(level: str) -> None:
    """Send what the app, recsys and Dash log to stdout as JSON. A second call replaces the first."""
    handler = _Stdout()
    handler.setFormatter(_Lines())
    for name in LOGGERS:
        logger = logging.getLogger(name)
        logger.handlers = [handler]
        logger.propagate = False
        logger.setLevel(level.upper())


def request_id() -> str:
    """Return the id of the current request. Needs a request context; empty where no RequestLog is in front."""
    return str(request.environ.get(REQUEST_ID, ""))


class RequestLog:
    """WSGI middleware around everything: gives each request its id and logs it once its last byte is out.

    An id that comes in as X-Request-ID is kept if it is plain; it goes out in the same header.
    version  says which artifacts are served, None while there are none
    """

    def __init__(self, app: "WSGIApplication", version: Callable[[], str | None]) -> None:
        self._app = app
        self._version = version

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        started = time.monotonic()
        entry: dict[str, Any] = {
            "id": _id_for(environ.get("HTTP_X_REQUEST_ID", "")),
            "method": quote(environ["REQUEST_METHOD"]),
            "path": quote(environ.get("PATH_INFO", "").encode("latin-1")),
            "status": None,
        }
        environ[REQUEST_ID] = entry["id"]

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], object]:
            entry["status"] = int(status[:3])
            return start_response(status, [*headers, ("X-Request-ID", entry["id"])], exc_info)

        def finished(n_bytes: int) -> None:
            ms = round((time.monotonic() - started) * 1000, 1)
            who = {"person": environ[PERSON]} if PERSON in environ else {}
            _log.info("request", extra={**entry, **who, "ms": ms, "bytes": n_bytes, "version": self._version()})

        return _Counted(self._app(environ, start), finished)


class _Counted:
    """A response's body that counts its bytes and reports when it is closed."""

    def __init__(self, body: Iterable[bytes], finished: Callable[[int], None]) -> None:
        self._body = body
        self._finished = finished
        self._n_bytes = 0

    def __iter__(self) -> Iterator[bytes]:
        for block in self._body:
            self._n_bytes += len(block)
            yield block

    def close(self) -> None:
        try:
            if hasattr(self._body, "close"):
                self._body.close()
        finally:
            self._finished(self._n_bytes)


def answer_plainly(server: Flask) -> None:
    """Answer an exception that nobody caught with one line and the request's id; Flask logs its traceback once."""

    def plain(error: InternalServerError) -> Response:
        text = f"Something went wrong here. Try again; if it stays, report this number: {request_id()}\n"
        return Response(text, status=error.code, mimetype="text/plain")

    server.register_error_handler(InternalServerError, plain)


def _id_for(offered: str) -> str:
    return offered if _SANE_ID.fullmatch(offered) else uuid.uuid4().hex
