"""The API's blueprint, its description, and what below its address is no resource."""

from collections.abc import Mapping
from typing import Any

from flask import Flask, Response, jsonify, request
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.info import Info
from flask_openapi3.openapi import OpenAPI
from werkzeug.exceptions import HTTPException

from dashboard.api import availability, baskets, bundles, customers, docs, events, product, products, segments, versions
from dashboard.api.examples import EXAMPLES
from dashboard.api.models import Problem
from dashboard.api.problems import bad_request, problem

PATH = "api/v1"  # below the app's URL prefix
RESOURCES = (customers, products, product, availability, baskets, bundles, segments, events, versions)
_ANY_METHOD = ("GET", "POST", "PUT", "PATCH", "DELETE")
_PROBLEMS = {401: Problem, 403: Problem, 404: Problem, 422: Problem, 429: Problem, 503: Problem}
_TOKEN = {"token": {"type": "http", "scheme": "bearer", "description": "Made by an admin, on the page of API tokens."}}
_INFO = Info(
    title="Repertoire",
    version="1.0.0",
    description=(
        "What to offer to whom, and why. Every answer names the version of the data it is from and carries an ETag: "
        "ask with If-None-Match, and an answer that is the same is 304. Money is net of VAT. Errors are problem "
        "documents (RFC 9457)."
    ),
)


def api_server(name: str, **options: Any) -> OpenAPI:
    """Return a Flask server that can describe an API."""
    return OpenAPI(
        name,
        info=_INFO,
        security_schemes=_TOKEN,  # type: ignore[arg-type]  # a dict will do
        doc_ui=False,
        validation_error_model=Problem,
        validation_error_callback=bad_request,
        **options,
    )


def add_api(server: OpenAPI, prefix: str) -> None:
    """Add the API below the URL prefix."""
    api = APIBlueprint(
        "api",
        __name__,
        url_prefix=f"{prefix}{PATH}",
        abp_security=[{"token": []}],
        abp_responses=_PROBLEMS,  # type: ignore[arg-type]  # of its base's own kind, says its annotation
        operation_id_callback=_operation_id,
    )
    for resource in RESOURCES:
        resource.register(api)
    docs.register(api)
    api.add_url_rule("/openapi.json", "description", lambda: jsonify(described(server)))
    api.add_url_rule("/<path:rest>", "unknown", _unknown, methods=_ANY_METHOD)
    server.register_api(api)
    _answer_errors(server, f"{prefix}{PATH}/")


def described(server: OpenAPI) -> Mapping[str, Any]:
    """Return the OpenAPI 3.1 document with examples; problems are of their own media type, the health asks no token."""
    document = server.api_doc
    for name, example in EXAMPLES.items():
        document["components"]["schemas"][name]["examples"] = [example]
    for address, path in document["paths"].items():
        if address.endswith("/healthz"):
            path["get"]["security"] = []  # the blueprint's is added to an empty one
        for operation in path.values():
            for status, answer in operation["responses"].items():
                if not status.startswith("2") and "application/json" in answer.get("content", {}):
                    schema = {"schema": {"$ref": "#/components/schemas/Problem"}}
                    answer["content"] = {"application/problem+json": schema}
    return document


def _operation_id(*, name: str, path: str, method: str) -> str:
    return name


def _unknown(rest: str) -> Response:
    return problem(404, f"There is nothing at {request.path}; openapi.json says what there is.")


def _answer_errors(server: Flask, below: str) -> None:
    """Answer with a problem document whatever goes wrong below the API's address."""

    @server.errorhandler(HTTPException)
    def of_http(error: HTTPException) -> Any:
        if not request.path.startswith(below) or error.code is None or error.code < 400:
            return error
        return problem(error.code, error.description or error.name)
