"""What the scripts share."""

import subprocess
from pathlib import Path

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
