"""Serves the app as the Procfile does, with its outputs in files and its process accessible."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.processes import OWN_CONFIG, start_app


@dataclass
class Running:
    process: subprocess.Popen[str]
    address: str
    out: Path
    err: Path


@contextmanager
def running(folder: Path, config: str = OWN_CONFIG, **settings: str) -> Iterator[Running]:
    """Serve `folder`/artifacts with two workers; yields the process with its stdout and stderr apart."""
    settings = {"REPERTOIRE_WORKERS": "2", "REPERTOIRE_POLL_SECONDS": "1", **settings}
    out, err = folder / "out", folder / "err"
    with out.open("w") as stdout, err.open("w") as stderr:
        process, address = start_app(folder / "artifacts", folder / "state", stdout, stderr, config, **settings)
    try:
        yield Running(process, address, out, err)
    finally:
        process.kill()
        process.wait()
