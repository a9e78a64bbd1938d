"""For whoever watches the process: is it alive, and has it something to serve."""

import os
from typing import Any

from flask import Blueprint, Flask, Response, jsonify

from dashboard.access.identity import current_identity
from dashboard.access.permissions import may_open
from dashboard.services import services
from recsys.errors import ArtifactError


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
    get the status alone.
    """
    reader, says_all = services().reader, _says_all()
    refused = reader.refused
    refusal = {"version": refused.version, "reason": refused.reason} if refused else None
    worker = {"refused": refusal, "database": _database() if says_all else {}, "worker": os.getpid()}
    try:
        version = reader.current()
    except ArtifactError as error:
        response = _answer("not ready", says_all, reason=str(error), **worker)
        response.status_code = 503
        return response
    as_of = version.manifest.facts.as_of.isoformat()
    return _answer("ready", says_all, version=version.id, as_of=as_of, **worker)


def _database() -> dict[str, Any]:
    found = services().database.health()
    return {"kind": found.kind, "saves": found.is_available, "reason": found.reason}


def _says_all() -> bool:
    identity = current_identity()
    return identity is not None and may_open("health", identity.roles)


def _answer(status: str, says_all: bool, **details: Any) -> Response:
    return jsonify(status=status, **(details if says_all else {}))
