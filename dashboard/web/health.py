"""For whoever watches the process: is it alive, and has it something to serve."""

import os

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
    return jsonify(status="alive", worker=os.getpid())


def readyz() -> Response:
    """Answer 200 with the version served, or 503 with the reason why there is none; each worker for itself.

    The details are for those who look after the data; others get the status alone.
    """
    reader, identity = services().reader, current_identity()
    says_all = identity is not None and may_open("health", identity.roles)
    refused = reader.refused
    refusal = {"version": refused.version, "reason": refused.reason} if refused else None
    try:
        version = reader.current()
    except ArtifactError as error:
        if not says_all:
            return _bare("not ready", 503)
        response = jsonify(status="not ready", reason=str(error), refused=refusal, worker=os.getpid())
        response.status_code = 503
        return response
    if not says_all:
        return _bare("ready", 200)
    as_of = version.manifest.facts.as_of.isoformat()
    return jsonify(status="ready", version=version.id, as_of=as_of, refused=refusal, worker=os.getpid())


def _bare(status: str, code: int) -> Response:
    response = jsonify(status=status)
    response.status_code = code
    return response
