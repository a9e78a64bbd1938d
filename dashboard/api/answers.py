"""What every answer of the API has: one viewer, one version, an ETag; a problem document where there are no data."""

import hashlib
import json
import logging
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import date
from functools import wraps
from typing import Any, NamedTuple

from flask import Response, request

from dashboard.access.permissions import REVENUE
from dashboard.access.viewer import Grant, Viewer
from dashboard.activity.errors import ActivityUnavailable
from dashboard.api.problems import problem
from dashboard.display.page_context import PageContext
from dashboard.services import services
from recsys.errors import ArtifactError

# The shop knows its customers itself: of them no name, phone number or address is answered.
SHOP = Viewer(None, "all", (Grant(None, frozenset({REVENUE})),))
RETRY_SECONDS = 30
SAVES_AGAIN_SECONDS = 5
_CACHED = "private, no-cache"  # it is asked each time, and 304 has no body
_log = logging.getLogger(__name__)


def shop_context() -> PageContext:
    """Return what answers are made from: the newest version. Raises ArtifactError where there is none."""
    at = services()
    desk = replace(at.desk(), touched=at.touched)
    return PageContext(at.repository.snapshot(SHOP), at.formats, at.links, desk)


def answered(answer: Callable[..., Response]) -> Callable[..., Response]:
    """Return a resource that answers 503 where there are no data: `answer(context, **parts of the request)`."""

    @wraps(answer)
    def called(**parts: Any) -> Response:
        try:
            context = shop_context()
        except ArtifactError as error:
            _log.warning("an answer without data", extra={"reason": str(error)})
            return problem(503, "There are no data yet; ask again.", headers={"Retry-After": str(RETRY_SECONDS)})
        made = answer(context, **parts)
        if made.status_code == 200:
            made.make_conditional(request)  # 304 where the caller has it already
        return made

    return called


def kept_for_all(answer: Callable[..., Response]) -> Callable[..., Response]:
    """Return a resource whose answers depend on the version, the address and what can be had alone, and are kept."""

    @wraps(answer)
    def called(context: PageContext, **parts: Any) -> Response:
        refused: list[Response] = []

        def make() -> _Content | None:
            made = answer(context, **parts)
            if made.status_code == 200:
                return _Content(made.get_data(), made.get_etag()[0] or "")
            refused.append(made)
            return None

        key = (request.path, request.query_string, context.stock.change)
        found: _Content | None = context.snapshot.cache.kept_answers(context.version.id, key, make)
        return refused[0] if found is None else _answer(found)

    return called


def known_products() -> Collection[str] | None:
    """Return the products of the newest version; None where there is none."""
    try:
        snapshot = services().repository.snapshot(SHOP)
    except ArtifactError:
        return None
    return snapshot.cache.names(snapshot.version).products


def saving(answer: Callable[..., Response]) -> Callable[..., Response]:
    """Return a resource that answers 503 where the database cannot save."""

    @wraps(answer)
    def called(**parts: Any) -> Response:
        try:
            return answer(**parts)
        except ActivityUnavailable as error:
            _log.warning("what the shop sent was not saved", extra={"reason": str(error)})
            return problem(503, "Nothing was saved; send it again.", headers={"Retry-After": str(SAVES_AGAIN_SECONDS)})

    return called


def versioned(context: PageContext, **fields: Any) -> Response:
    """Return an answer of a version with its ETag.

    It changes with the version, but also with what people do and what can be had: the ETag is of what it says.
    """
    body = {"version": context.version.id, "as_of": context.as_of, **fields}
    content = json.dumps(body, default=_plain, ensure_ascii=False, separators=(",", ":")).encode()
    return _answer(_Content(content, hashlib.sha256(content).hexdigest()[:32]))


class _Content(NamedTuple):
    body: bytes
    etag: str


def _answer(content: _Content) -> Response:
    answer = Response(content.body, mimetype="application/json")
    answer.set_etag(content.etag)
    answer.headers["Cache-Control"] = _CACHED
    return answer


def _plain(value: Any) -> str:
    """Return a day or a time as JSON has it: `2026-11-28`."""
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is no JSON")
