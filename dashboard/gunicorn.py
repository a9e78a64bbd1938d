"""gunicorn's configuration: `gunicorn --config python:dashboard.gunicorn app:server`.

A mistake in the settings, a state folder that cannot be written and a port in use end the start with one line,
before any worker is made.
"""

import gc
import os
import socket
import sys
from typing import TYPE_CHECKING

from dashboard.activity.database.connect import open_database
from dashboard.settings import Settings, SettingsError, load_settings, mistakes_end_the_start
from dashboard.state.folder import CACHE, prepare_state, secret_key
from dashboard.web.security import exposure_warning
from dashboard.web.static_files import vendor_files
from dashboard.web.worker import Limits
from dashboard.web.worker import worker_class as waitress_worker

if TYPE_CHECKING:
    from gunicorn.arbiter import Arbiter

GARBAGE_BOUNDS = (20_000, 20, 100)  # new objects, then collections of the younger ones, before the next one

with mistakes_end_the_start():
    settings = load_settings(os.environ)


def address(host: str, port: int) -> str:
    """Return `host:port`, with brackets around an IPv6 address."""
    return f"[{host}]:{port}" if ":" in host and not host.startswith("[") else f"{host}:{port}"


bind = address(settings.host, settings.port)
worker_class = waitress_worker(
    Limits(
        connections=settings.connections,
        header_bytes=settings.header_kb * 1024,
        body_bytes=settings.body_kb * 1024,
        receive_seconds=settings.receive_seconds,
        request_seconds=settings.request_seconds,
    )
)
workers = settings.workers
threads = settings.threads
preload_app = False  # each worker has its own reader thread, which does not survive a fork
timeout = 60  # of a process whose loop stands still
graceful_timeout = 20
accesslog = None  # request_log.py writes the lines
errorlog = "-"
loglevel = "debug" if settings.log_level == "debug" else "warning"
control_socket_disable = True
forwarded_allow_ips = ""  # whose X-Forwarded-* counts is REPERTOIRE_TRUSTED_PROXIES' to say, in security.py


def on_starting(_: "Arbiter") -> None:
    """Stop on what cannot work, and make once what each worker would make otherwise."""
    with mistakes_end_the_start():
        check_port(settings)
        prepare_state(settings.state)
        secret_key(settings.state)
        vendor_files(settings.state / CACHE)
        prepare_database(settings)


def when_ready(_: "Arbiter") -> None:
    """Print the app's address; from here on connections are accepted."""
    warning = exposure_warning(settings)
    if warning:
        sys.stderr.write(f"{warning}\n")
    sys.stdout.write(f"Repertoire is at http://{bind}{settings.url_prefix}\n")
    sys.stdout.flush()


def post_worker_init(_: object) -> None:
    """Keep what exists by now out of garbage collection: it stays, and each scan of it took 100 ms.

    What is kept later is scanned seldom: with Python's own bounds it was in one request of a hundred, for 70 ms.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GARBAGE_BOUNDS)


def prepare_database(settings: Settings) -> None:
    """Bring the database's schema up to date before workers share it; warn if it is not there now.

    Raises ActivityError for a schema that is newer than this code.
    """
    database = open_database(settings)
    reason = database.prepare_if_available()
    database.close()  # a connection does not survive a fork
    if reason:
        sys.stderr.write(f"Warning: {reason}; pages are shown, and it is looked for again\n")


def check_port(settings: Settings) -> None:
    """Raise SettingsError if nothing can listen there: gunicorn would try five times and write ten lines."""
    if "GUNICORN_FD" in os.environ:  # an upgrade in place inherits the open socket
        return
    host = settings.host.strip("[]")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, settings.port))
        except OSError as error:
            raise SettingsError(
                f"port {settings.port} of {settings.host} cannot be used ({error.strerror}); "
                f"stop what uses it or choose another with REPERTOIRE_PORT"
            ) from error
