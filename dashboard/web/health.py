"""For whoever watches the process: is it alive, and has it something to serve."""

import os

from flask import Blueprint, Flask, Response, jsonify

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
    """Answer 200 with the version served, or 503 with the reason why there is none; each worker for itself."""
    reader = services().reader
    refused = reader.refused
    refusal = {"version": refused.version, "reason": refused.reason} if refused else None
    try:
        version = reader.current()
    except ArtifactError as error:
        response = jsonify(status="not ready", reason=str(error), refused=refusal, worker=os.getpid())
        response.status_code = 503
        return response
    as_of = version.manifest.facts.as_of.isoformat()
    return jsonify(status="ready", version=version.id, as_of=as_of, refused=refusal, worker=os.getpid())
