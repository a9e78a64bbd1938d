"""For whoever watches the process: is it alive, and has it something to serve."""

import logging
import os
from typing import Any

from flask import Blueprint, Flask, Response, jsonify

from dashboard.access.identity import current_identity
from dashboard.access.permissions import may_open
from dashboard.services import services
from recsys.artifacts.reader import Reader
from recsys.errors import ArtifactError

_log = logging.getLogger(__name__)


def add_health(server: Flask, prefix: str) -> None:
    """Add `/healthz` and `/readyz`, at the root and under the prefix."""
    pages = Blueprint("health", __name__)
    pages.add_url_rule("/healthz", view_func=healthz)
    pages.add_url_rule("/readyz", view_func=readyz)
    for name, at in {"health_root": "", "health": prefix.rstrip("/")}.items():
        if name == "health_root" or at:
            server.register_blueprint(pages, name=name, url_prefix=at)


def healthz() -> Response:
    """Answer 200 as long as the process answers at all."""
    return _answer("alive", _says_all(), worker=os.getpid())


def readyz() -> Response:
    """Answer 200 with the version served, or 503 with the reason why there is none; each worker for itself.

    Without the database it is ready too, as pages go on. The details are for those who look after the data; others
    get the status alone. Whatever goes wrong is an answer too: who watches the process needs one.
    """
    says_all = _says_all()
    try:
        return _ready(services().reader, says_all)
    except ArtifactError as error:
        reason = str(error)
    except Exception:  # noqa: BLE001 - whatever it is, it is logged and answered
        _log.exception("readiness cannot be told")
        reason = "what is served cannot be told; the log has the error"
    response = _answer("not ready", says_all, reason=reason, **_worker(services().reader, says_all))
    response.status_code = 503
    return response


def _ready(reader: Reader, says_all: bool) -> Response:
    """Return what is served. Raises ArtifactError where nothing is."""
    version = reader.current()
    as_of = version.manifest.facts.as_of.isoformat()
    return _answer("ready", says_all, version=version.id, as_of=as_of, **_worker(reader, says_all))


def _worker(reader: Reader, says_all: bool) -> dict[str, Any]:
    if not says_all:
        return {}
    refused = reader.refused
    refusal = {"version": refused.version, "reason": refused.reason} if refused else None
    return {"refused": refusal, "database": _database(), "worker": os.getpid()}


def _database() -> dict[str, Any]:
    try:
        found = services().database.health()
    except Exception:  # noqa: BLE001 - whatever it is, it is logged and answered
        _log.exception("the database's health cannot be told")
        return {"saves": False, "reason": "it cannot be told; the log has the error"}
    return {"kind": found.kind, "saves": found.is_available, "reason": found.reason}


def _says_all() -> bool:
    identity = current_identity()
    return identity is not None and may_open("health", identity.roles)


def _answer(status: str, says_all: bool, **details: Any) -> Response:
    return jsonify(status=status, **(details if says_all else {}))
