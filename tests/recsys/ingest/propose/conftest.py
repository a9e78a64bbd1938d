"""Files written by hand, and the map that is proposed for them."""

import tomllib

import pytest

from recsys.ingest.propose.proposing import propose


@pytest.fixture
def proposed(tmp_path):
    """Propose a map for files, name -> text, and return it and its content."""

    def run(files):
        folder = tmp_path / "mine"
        folder.mkdir(exist_ok=True)
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8")
        proposal = propose([str(folder)])
        return proposal, tomllib.loads(proposal.text)

    return run
