"""A WSGI app that answers as its address says, for tests of what serves it."""

import os
import time
from collections.abc import Callable, Iterable
from typing import Any


def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer with the process's number, `/sleep/2` after two seconds, `/long/5` with so many megabytes."""
    _, name, number = f"{environ['PATH_INFO']}//".split("/", 2)[0:3]
    amount = float(number.strip("/") or 0)
    if name == "sleep":
        time.sleep(amount)
    body = b"x" * int(amount * 1_000_000) if name == "long" else str(os.getpid()).encode()
    size = len(environ["wsgi.input"].read()) if environ["REQUEST_METHOD"] == "POST" else 0
    start_response("200 OK", [("Content-Length", str(len(body))), ("X-Size", str(size))])
    return [body]
