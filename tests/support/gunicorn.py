"""Serves the app as the Procfile does, with its outputs in files and its process accessible."""

import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.processes import ROOT, free_port

_OWN_CONFIG = "python:dashboard.gunicorn"


@dataclass
class Running:
    process: subprocess.Popen[str]
    address: str
    out: Path
    err: Path


@contextmanager
def running(folder: Path, config: str = _OWN_CONFIG, **settings: str) -> Iterator[Running]:
    """Serve `folder`/artifacts with two workers; stdout and stderr in separate files, the exit code readable."""
    command = (ROOT / "Procfile").read_text(encoding="utf-8").removeprefix("web: ")
    assert _OWN_CONFIG in command
    port = free_port()
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "REPERTOIRE_ARTIFACTS": str(folder / "artifacts"),
        "REPERTOIRE_STATE": str(folder / "state"),
        "REPERTOIRE_PORT": str(port),
        "REPERTOIRE_WORKERS": "2",
        "REPERTOIRE_POLL_SECONDS": "1",
        **settings,
    }
    out, err = folder / "out", folder / "err"
    with out.open("w") as stdout, err.open("w") as stderr:
        process = subprocess.Popen(
            shlex.split(command.replace(_OWN_CONFIG, config)),
            cwd=ROOT,
            env=environment,
            stdout=stdout,
            stderr=stderr,
            text=True,
        )
    try:
        yield Running(process, f"http://127.0.0.1:{port}", out, err)
    finally:
        process.kill()
        process.wait()
