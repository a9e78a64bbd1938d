"""Hands an order over to the company's order system: one POST of JSON, and its answer in words."""

import json
import logging
from dataclasses import dataclass
from typing import Any

import requests

CONNECT_SECONDS, ANSWER_SECONDS = 3.05, 10.0
LONGEST_ANSWER = 300  # letters that are shown
_MOST_BYTES = 65_536
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class HandedOver:
    """Whether the order system took an order, and its answer in words."""

    is_done: bool
    text: str


def hand_over(url: str, token: str, order: dict[str, Any], key: str) -> HandedOver:
    """Send an order; the key tells the order system that a second try is the same one (`Idempotency-Key`).

    token  sent as `Authorization: Bearer`; empty for none

    Nothing is followed to another address. What is answered is shown as text, of JSON its `message`, or its `order_id`.
    """
    headers = {"Idempotency-Key": key} | ({"Authorization": f"Bearer {token}"} if token else {})
    try:
        with requests.post(
            url,
            json=order,
            headers=headers,
            timeout=(CONNECT_SECONDS, ANSWER_SECONDS),
            allow_redirects=False,
            stream=True,
        ) as answer:
            status, body = answer.status_code, answer.raw.read(_MOST_BYTES, decode_content=True)
    except (requests.RequestException, OSError) as error:
        _log.warning("the order system was not reached", extra={"reason": type(error).__name__})
        return HandedOver(False, "The order system does not answer. The basket is kept; try again in a moment.")
    said = _said(body)
    if 200 <= status < 300:
        return HandedOver(True, f"Handed over{said}")
    _log.warning("the order system refused an order", extra={"status": status})
    return HandedOver(False, f"The order system refused it ({status}){said} The basket is kept.")


def _said(body: bytes) -> str:
    """Return an answer in words, as the end of a sentence: `: order 4711.`"""
    text = body.decode("utf-8", errors="replace").strip()
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if isinstance(found, dict):
        text = str(found.get("message") or (f"order {found['order_id']}" if found.get("order_id") else ""))
    elif text.startswith("<"):
        text = ""  # a page for a browser
    shown = " ".join(text.split())[:LONGEST_ANSWER].rstrip(".")
    return f": {shown}." if shown else "."
