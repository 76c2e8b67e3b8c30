"""Rules that are looked up by intent are those that Rasa finds by comparing all of them."""

from __future__ import annotations

import ast
import inspect
import itertools
import json
from types import SimpleNamespace
from typing import Any

import pytest
from rasa.core.policies.rule_policy import RULES, RulePolicy

from bot.rasa_server.agent import COPY_FOR_DEBUG
from bot.rasa_server.rules import look_up_by_intent

LISTEN, ANSWER = {"action_name": "action_listen"}, {"action_name": "action_answer"}
LAST_STATES: list[dict[str, Any]] = [
    {"user": {"intent": "greet"}, "prev_action": LISTEN},
    {"user": {"intent": "greet"}, "prev_action": ANSWER},
    {"user": {"intent": "define"}, "prev_action": LISTEN},
    {"user": {"intent": "define", "entities": ["term"]}, "prev_action": LISTEN},
    {"user": {"intent": "define"}},
]
FOR_ANY: list[dict[str, Any]] = [
    {"prev_action": ANSWER},
    {"user": {"text": "hello"}, "prev_action": LISTEN},
    {"user": {"intent": "should_not_be_set"}, "prev_action": LISTEN},
    {"user": {"intent": ""}, "prev_action": LISTEN},
    {},
]
SAID: list[dict[str, Any]] = [
    *LAST_STATES, *FOR_ANY, {"user": {"intent": "other"}, "prev_action": LISTEN},
    {"user": {"intent": "define", "entities": ("term",)}, "prev_action": LISTEN},
]  # fmt: skip


def policy_with(*last: dict[str, Any]) -> RulePolicy:
    policy = RulePolicy.__new__(RulePolicy)
    rules = [[*before, state] for state in last for before in ((), ({"prev_action": LISTEN},))]
    policy.lookup = {RULES: {json.dumps(rule): "action_answer" for rule in rules}}
    return policy


@pytest.mark.parametrize("rules", [LAST_STATES, FOR_ANY, LAST_STATES + FOR_ANY])
def test_the_same_rules_apply(rules: list[dict[str, Any]]) -> None:
    theirs, ours = policy_with(*rules), policy_with(*rules)
    look_up_by_intent(ours)
    found = 0
    for states in ([*before, last] for before in ([], *([s] for s in SAID)) for last in SAID):
        expected = theirs._get_possible_keys(theirs.lookup[RULES], states)
        assert ours._get_possible_keys(ours.lookup[RULES], states) == expected, states
        found += len(expected)
    assert found


def test_only_rules_of_the_intent_are_compared() -> None:
    policy = policy_with(*LAST_STATES)
    compared: list[dict[str, str]] = []

    def compare(lookup: dict[str, str], _states: Any) -> set[str]:
        compared.append(lookup)
        return set(lookup)

    policy._get_possible_keys = compare
    look_up_by_intent(policy)
    policy._get_possible_keys(policy.lookup[RULES], [LAST_STATES[0]])
    assert {json.loads(key)[-1]["user"]["intent"] for key in compared[0]} == {"greet"}
    other = {"[]": "action_answer"}
    assert policy._get_possible_keys(other, [LAST_STATES[0]]) == {"[]"}


@pytest.mark.parametrize(
    ("rules", "loop", "by_text", "looked"),
    [
        (LAST_STATES, None, True, False),
        (LAST_STATES, None, False, True),
        (LAST_STATES, "form", True, True),
        (LAST_STATES + FOR_ANY, None, True, True),
    ],
)
def test_a_text_is_looked_up_only_where_a_rule_may_apply_to_it(
    rules: list[dict[str, Any]], loop: str | None, by_text: bool, looked: bool
) -> None:
    policy = policy_with(*rules)
    asked: list[Any] = []

    def find(*given: Any) -> tuple[str, str, bool]:
        asked.append(given)
        return "x", "y", True

    policy._find_action_from_rules = find
    look_up_by_intent(policy)
    tracker: Any = SimpleNamespace(active_loop_name=loop)
    found = policy._find_action_from_rules(tracker, None, use_text_for_last_user_input=by_text)
    assert found == (("x", "y", True) if looked else (None, None, False))
    assert len(asked) == looked


@pytest.mark.parametrize("module", COPY_FOR_DEBUG, ids=lambda module: module.__name__)
def test_rasa_copies_there_for_debug_lines_only(module: Any) -> None:
    tree = ast.parse(inspect.getsource(module))
    logged = [
        ast.walk(node)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "structlogger.debug"
    ]
    in_lines = [n for n in itertools.chain(*logged) if isinstance(n, ast.Name) and n.id == "copy"]
    everywhere = [n for n in ast.walk(tree) if isinstance(n, ast.Name) and n.id == "copy"]
    assert everywhere
    assert len(in_lines) == len(everywhere)
