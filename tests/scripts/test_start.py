"""scripts/start refuses what cannot work in one line, before it installs anything."""

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.processes import ROOT, free_port
from tests.support.waiting import PATIENCE_SECONDS

TOOLS = ("bash", "sh", "sed", "cat", "dirname", "mkdir", "sha256sum", "flock", "env", "uname")


def run(command: list[str], **environment: str) -> subprocess.CompletedProcess[str]:
    env = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), **environment}
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False)


def start(*options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return run([str(ROOT / "scripts" / "start"), *options], **environment)


def path_with(folder: Path, **programs: str) -> str:
    """Return a PATH with the tools that the scripts need and these programs, nothing else."""
    for tool in TOOLS:
        found = shutil.which(tool)
        if found:
            (folder / tool).symlink_to(found)
    for name, text in programs.items():
        program = folder / name.replace("_", ".")
        program.write_text(text)
        program.chmod(0o755)
    return str(folder)


def only_line(result: subprocess.CompletedProcess[str]) -> str:
    assert result.stdout == ""
    lines = result.stderr.splitlines()
    assert len(lines) == 1, result.stderr
    return lines[0]


@pytest.fixture
def open_port() -> int:
    return free_port()


def test_port_in_use_is_one_line_with_the_remedy() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = start("--port", str(port))
    assert result.returncode == 1
    assert only_line(result) == (
        f"Error: port {port} cannot be used on 127.0.0.1 (Address already in use); choose another with --port N"
    )


@pytest.mark.parametrize("port", ["eighty", "0", "65536", "-1", ""])
def test_wrong_port_is_wrong_usage(port: str) -> None:
    result = start("--port", port)
    assert result.returncode == 2
    assert f"--port is '{port}'; it must be a number from 1 to 65535" in result.stderr


def test_unknown_option_is_wrong_usage_and_shows_the_right_one() -> None:
    result = start("--prot", "8050")
    assert result.returncode == 2
    assert "--prot is no option" in result.stderr
    assert "Usage: scripts/start" in result.stderr


def test_option_without_value_is_wrong_usage() -> None:
    assert "--data needs a value" in start("--data").stderr


def test_missing_data_folder_is_one_line(tmp_path: Path) -> None:
    result = start("--data", str(tmp_path / "orders"))
    assert result.returncode == 1
    assert "is no folder; make clean tables with: python -m recsys import" in only_line(result)


def test_no_python_311_is_one_line_with_the_remedy(tmp_path: Path, open_port: int) -> None:
    path = path_with(tmp_path, python3="#!/bin/sh\nexit 1\n")
    result = start("--port", str(open_port), PATH=path)
    assert result.returncode == 1
    assert "Python 3.11 was not found; install it, on Debian 12: apt-get install python3" in only_line(result)


def test_no_venv_module_is_one_line_with_the_remedy(tmp_path: Path, open_port: int) -> None:
    wrapper = f'#!/bin/sh\ncase "$*" in *ensurepip*) exit 1;; esac\nexec {sys.executable} "$@"\n'
    path = path_with(tmp_path, python3_11=wrapper)
    result = start("--port", str(open_port), PATH=path)
    assert result.returncode == 1
    assert only_line(result) == (
        "Error: Python 3.11 has no venv module; install it, on Debian: apt-get install python3.11-venv"
    )


@pytest.fixture
def read_only_copy(tmp_path: Path) -> list[str]:
    """Return a command prefix that runs a program in a copy of the project that even root cannot write."""
    copy = tmp_path / "project"
    shutil.copytree(ROOT / "scripts", copy / "scripts")
    for name in ("requirements.txt", "Procfile"):
        shutil.copy(ROOT / name, copy)
    if os.geteuid() != 0:
        copy.chmod(0o555)
        return [str(copy / "scripts" / "start")]
    read_only = f"mount --bind {copy} {copy} && mount -o remount,ro,bind {copy} && exec {copy}/scripts/start"
    command = ["unshare", "--mount", "sh", "-c", f'{read_only} "$@"', "start"]
    probe = subprocess.run([*command[:-2], "mount --bind / /", "probe"], capture_output=True, check=False)
    if probe.returncode:
        pytest.skip("this container may not mount, so root can write everywhere")
    return command


def test_project_folder_without_write_permission_is_one_line(read_only_copy: list[str], open_port: int) -> None:
    result = run([*read_only_copy, "--port", str(open_port)])
    assert result.returncode == 1
    assert "cannot be written; copy Repertoire to a folder of your own" in only_line(result)


def test_procfile_has_the_one_line_that_start_serves_with() -> None:
    lines = (ROOT / "Procfile").read_text().splitlines()
    assert [line for line in lines if line.startswith("web: ")] == [
        "web: gunicorn --config python:dashboard.gunicorn app:server"
    ]
