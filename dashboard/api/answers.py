"""What every answer of the API has: one viewer, one version, an ETag; a problem document where there are no data."""

import hashlib
import json
import logging
from collections.abc import Callable, Mapping
from datetime import date
from functools import wraps
from typing import Any

from flask import Response, request

from dashboard.access.permissions import REVENUE
from dashboard.access.viewer import Grant, Viewer
from dashboard.api.problems import problem
from dashboard.display.page_context import PageContext
from dashboard.services import services
from recsys.errors import ArtifactError

# The shop knows its customers itself: of them no name, phone number or address is answered.
SHOP = Viewer(None, "all", (Grant(None, frozenset({REVENUE})),))
RETRY_SECONDS = 30
_CACHED = "private, no-cache"  # it is asked each time, and 304 has no body
_log = logging.getLogger(__name__)


def shop_context() -> PageContext:
    """Return what answers are made from: the newest version. Raises ArtifactError where there is none."""
    at = services()
    return PageContext(at.repository.snapshot(SHOP), at.formats, at.links, at.desk())


def answered(answer: Callable[..., Response]) -> Callable[..., Response]:
    """Return a resource that answers 503 where there are no data: `answer(context, **parts of the request)`."""

    @wraps(answer)
    def called(**parts: Any) -> Response:
        try:
            context = shop_context()
        except ArtifactError as error:
            _log.warning("an answer without data", extra={"reason": str(error)})
            return problem(503, "There are no data yet; ask again.", headers={"Retry-After": str(RETRY_SECONDS)})
        return answer(context, **parts)

    return called


def versioned(context: PageContext, **fields: Any) -> Response:
    """Return an answer of a version with its ETag; 304 where the caller has the same one already."""
    body = {"version": context.version.id, "as_of": context.as_of, **fields}
    return with_etag(body)


def with_etag(body: Mapping[str, Any]) -> Response:
    """Return JSON with the ETag of what it says, 304 where the caller has it already.

    An answer changes with the version, but also with what people do and what can be had: what counts is what it says.
    """
    content = json.dumps(body, default=_plain, ensure_ascii=False, separators=(",", ":"))
    answer = Response(content, mimetype="application/json")
    answer.set_etag(hashlib.sha256(content.encode()).hexdigest()[:32])
    answer.headers["Cache-Control"] = _CACHED
    answer.make_conditional(request)
    return answer


def _plain(value: Any) -> str:
    """Return a day or a time as JSON has it: `2026-11-28`."""
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is no JSON")
