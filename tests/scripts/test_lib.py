"""What the scripts share."""

import hashlib
import os
import subprocess
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.support.processes import ROOT


def test_an_environment_behind_a_link_is_not_emptied(tmp_path: Path) -> None:
    (tmp_path / "others").mkdir()
    (tmp_path / "others" / "kept").touch()
    (tmp_path / ".venv").symlink_to("others")
    (tmp_path / "requirements.txt").write_text("nothing==1\n")
    command = f"set -euo pipefail; . '{ROOT}/scripts/lib.sh'; make_venv .venv requirements.txt"
    result = subprocess.run(["bash", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert "is a link, and what it leads to is not emptied" in result.stderr
    assert (tmp_path / "others" / "kept").exists()


def install(folder: Path, wheels: Path, lines: str) -> "subprocess.CompletedProcess[str]":
    """Make an environment of a list from a folder of wheels."""
    (folder / "requirements.txt").write_text(lines)
    command = f"set -euo pipefail; . '{ROOT}/scripts/lib.sh'; make_venv .venv requirements.txt"
    environment = {**os.environ, "REPERTOIRE_WHEELS": str(wheels)}
    return subprocess.run(
        ["bash", "-c", command], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def wheel(folder: Path) -> str:
    """Make a package's wheel; return its line of a list, with its hash."""
    folder.mkdir()
    path = folder / "teapot-1.0-py3-none-any.whl"
    about = "Metadata-Version: 2.1\nName: teapot\nVersion: 1.0\n"
    with ZipFile(path, "w") as archive:
        archive.writestr("teapot.py", "")
        archive.writestr("teapot-1.0.dist-info/METADATA", about)
        archive.writestr("teapot-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr("teapot-1.0.dist-info/RECORD", "")
    return f"teapot==1.0 --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n"


def test_an_environment_is_made_of_a_folder_of_wheels(tmp_path: Path) -> None:
    line = wheel(tmp_path / "wheels")
    result = install(tmp_path, tmp_path / "wheels", line)
    assert result.returncode == 0, result.stderr
    assert list((tmp_path / ".venv").glob("lib/python*/site-packages/teapot.py"))


@pytest.mark.parametrize("line", ["teapot==1.0\n", f"teapot==1.0 --hash=sha256:{'0' * 64}\n"])
def test_a_package_without_its_hash_is_not_installed(tmp_path: Path, line: str) -> None:
    wheel(tmp_path / "wheels")
    result = install(tmp_path, tmp_path / "wheels", line)
    assert result.returncode == 1
    assert "hash" in result.stderr.lower()
    assert not (tmp_path / ".venv" / ".installed").exists()
