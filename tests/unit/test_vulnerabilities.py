"""What is said of known holes is said of the versions that are installed."""

from __future__ import annotations

import re

from bot.settings import PROJECT

REQUIREMENTS = PROJECT / "requirements"
TEXT = (PROJECT / "docs" / "vulnerabilities.md").read_text(encoding="utf-8")


def pinned(name: str) -> dict[str, str]:
    text = (REQUIREMENTS / name).read_text(encoding="utf-8")
    return dict(re.findall(r"^([A-Za-z0-9_.-]+)==([^\s\\;]+)", text, re.M))


def test_each_line_is_about_a_version_that_is_pinned() -> None:
    versions = pinned("requirements.txt")
    rows = [row.split("|")[1] for row in TEXT.splitlines() if re.match(r"\| [a-z-]+ \d", row)]
    assert len(rows) > 10
    for row in rows:
        for name, version in re.findall(r"([a-z-]+) ([\d.]+)", row):
            assert versions[name] == version, name


def test_what_is_said_of_the_front_door_is_about_what_it_has() -> None:
    versions = {name.lower(): version for name, version in pinned("gateway.txt").items()}
    _, _, rest = TEXT.partition("## The front door's environment")
    paragraph, _, _ = rest.partition("##")
    said = re.findall(
        r"(Starlette|h11|python-socketio|python-engineio|PyJWT) ([\d.]+\d)", paragraph
    )
    assert len(said) == 5
    for name, version in said:
        assert versions[name.lower()] == version
    assert f"{len(versions)} packages" in TEXT


def test_every_environment_is_audited() -> None:
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
    target = makefile.partition("\naudit:")[2].partition("\n\n")[0]
    for name in ("REQUIREMENTS", "GATEWAY", "TORCH", "DESK"):
        assert f"$({name})" in target
