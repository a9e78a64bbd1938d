"""GET versions/current and healthz."""

from flask import Response, jsonify
from flask_openapi3.blueprint import APIBlueprint

from dashboard.api.answers import answered, versioned
from dashboard.api.models import CurrentVersion, Health
from dashboard.display.page_context import PageContext


def register(api: APIBlueprint) -> None:
    """Add the resources."""

    @api.get("/versions/current", responses={200: CurrentVersion})
    @answered
    def current(context: PageContext) -> Response:
        """The version that is served"""
        return versioned(context, built_at=context.version.built_at)

    @api.get("/healthz", responses={200: Health})
    def healthz() -> Response:
        """Whether the process answers

        Without a token.
        """
        return jsonify({"status": "ok"})
