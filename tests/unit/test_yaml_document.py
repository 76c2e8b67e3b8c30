"""YAML is read with lines, and what would outgrow memory or the stack is refused beforehand."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.formats.yaml_document import DEEPEST, MOST_REPEATED, YamlFault, read_yaml

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text("ab: -#'\"\n", max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abc"), inner, max_size=4),
    max_leaves=12,
)


def refused(text: str) -> YamlFault:
    with pytest.raises(YamlFault) as caught:
        read_yaml(text)
    return caught.value


@given(PLAIN)
def test_what_was_written_is_read(value: object) -> None:
    assert read_yaml(yaml.safe_dump(value)).value == value


def test_an_empty_document_is_nothing() -> None:
    document = read_yaml("")
    assert document.value is None
    assert document.line("a") == 1


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("a",), 1), (("a", "b"), 2), (("c",), 3), (("c", 0), 4), (("c", 1), 5), (("c", 1, "d"), 6),
        (("c", 1, "no"), 5), (("c", 2), 3), (("c", "d"), 3), (("no", "a"), 1), ((), 1),
    ],
)  # fmt: skip
def test_the_line_of_a_path(path: tuple[str | int, ...], line: int) -> None:
    document = read_yaml("a:\n  b: 1\nc:\n  - x\n  - e: 2\n    d: 3\n")
    assert document.line(*path) == line


def test_an_alias_stands_for_what_it_names() -> None:
    assert read_yaml("a: &x [1, 2]\nb: *x\nc: {<<: {d: 1}}\n").value == {
        "a": [1, 2], "b": [1, 2], "c": {"d": 1},
    }  # fmt: skip


def bomb(levels: int, form: str) -> str:
    lines = ["a0: &a0 {x: y}"]
    for n in range(levels):
        lines.append(f"a{n + 1}: &a{n + 1} " + form.format(", ".join([f"*a{n}"] * 9)))
    return "\n".join(lines)


@pytest.mark.parametrize("form", ["[{}]", "{{<<: [{}]}}"], ids=["lists", "merged"])
@pytest.mark.parametrize("levels", [6, 200])
def test_aliases_of_aliases_do_not_multiply(levels: int, form: str) -> None:
    fault = refused(bomb(levels, form))
    assert "aliases" in fault.problem
    assert 1 < fault.line < 8


def test_a_long_text_is_not_repeated_without_end() -> None:
    long = "x" * MOST_REPEATED
    assert "aliases" in refused(f"a: &a {long}\nb: [*a, *a]\n").problem


@pytest.mark.parametrize("text", ["a: &a [*a]", "a: &a\n  b: *a"])
def test_nothing_stands_inside_itself(text: str) -> None:
    assert "*a" in refused(text).problem


@pytest.mark.parametrize("sign", ["[", "{a: ", "- ", "? ", "!!set {"])
@pytest.mark.parametrize("count", [DEEPEST + 1, 200_000])
def test_a_document_has_a_deepest_level(sign: str, count: int) -> None:
    """Composing it would end the process, not raise."""
    assert refused(sign * count).line == 1


def test_the_deepest_level_is_read() -> None:
    assert read_yaml("[" * DEEPEST + "]" * DEEPEST).value


@pytest.mark.parametrize(
    ("text", "line"), [("a: 1\nb: 2\na: 3", 3), ("x:\n  - {b: 1, b: 2}", 2), ("1: a\n1: b", 2)]
)
def test_a_key_stands_once(text: str, line: int) -> None:
    fault = refused(text)
    assert "twice" in fault.problem
    assert fault.line == line


@pytest.mark.parametrize(
    "text",
    ["a: [", "a: b: c", "\tb", "*x", "a: !!python/object:os.system x", "--- a\n--- b", "a: \0",
     "2026-02-30", "!!int abc", "9" * 5000, "[a]: [", "{[a]: b}"],
)  # fmt: skip
def test_no_yaml_is_a_fault_with_a_line_and_a_problem(text: str) -> None:
    fault = refused(text)
    assert fault.line >= 1
    assert fault.problem


@given(st.text("ab:*&-[]{}<,? \n'\"!|>#%\t", max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        read_yaml(text)
    except YamlFault:
        return
