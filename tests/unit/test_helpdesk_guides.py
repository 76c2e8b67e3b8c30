"""What the guides tell people to write is taken."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

import pytest

from bot.helpdesk import config
from bot.helpdesk.registry import KINDS, connector
from bot.settings import PROJECT
from tests.strict_helpdesks.freshchat import public_key

GUIDES = sorted((PROJECT / "docs" / "helpdesk").glob("*.md"))
BLOCK = re.compile(r"```yaml\n(desks:\n.*?)```", re.DOTALL)


@pytest.mark.parametrize("guide", GUIDES, ids=[guide.stem for guide in GUIDES])
def test_the_configuration_of_each_guide_is_taken(guide: Path, tmp_path: Path) -> None:
    blocks = BLOCK.findall(guide.read_text(encoding="utf-8"))
    assert blocks
    file = tmp_path / "helpdesk.yml"
    secrets: defaultdict[str, str] = defaultdict(lambda: "a-secret-of-some-length-1")
    secrets["FRESHCHAT_PUBLIC_KEY"] = public_key()
    for block in blocks:
        file.write_text(block, encoding="utf-8")
        for name in re.findall(r"\$\{(\w+)\}", block):
            secrets[name] = secrets[name]
        (desk,) = config.read(file, secrets).desks
        assert connector(desk.account).abilities.longest > 0


def test_every_kind_has_a_guide_and_every_guide_stands_in_the_list() -> None:
    listed = (PROJECT / "docs" / "helpdesk.md").read_text(encoding="utf-8")
    for guide in GUIDES:
        assert f"(helpdesk/{guide.name})" in listed
        assert "roven" in guide.read_text(encoding="utf-8")  # what it was proven against
    assert {guide.stem for guide in GUIDES} == set(KINDS)
