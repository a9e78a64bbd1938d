"""Errors as RFC 9457 problem documents: what went wrong, with what, and what to do."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from flask import Response, jsonify
from pydantic import ValidationError

PROBLEM = "application/problem+json"


def problem(
    status: int, detail: str, *, headers: Mapping[str, str] | None = None, errors: Sequence[Mapping[str, Any]] = ()
) -> Response:
    """Return a problem document; its title is the status in words.

    errors  of a request with several mistakes: where each is, and what
    """
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
    }
    if errors:
        body["errors"] = list(errors)
    answer = jsonify(body)
    answer.status_code = status
    answer.mimetype = PROBLEM
    answer.headers.extend(dict(headers or {}))
    return answer


def bad_request(error: ValidationError) -> Response:
    """Return which fields of a request are wrong, and what they take; what was sent is not repeated."""
    errors = [
        {"field": ".".join(map(str, one["loc"])) or "body", "message": one["msg"]}
        for one in error.errors(include_url=False, include_input=False, include_context=False)
    ]
    first = errors[0]
    return problem(422, f"{first['field']}: {first['message']}.", errors=errors)
