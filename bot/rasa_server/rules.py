"""Rules are looked up by intent; Rasa compares each of them with the conversation, twice a turn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rasa.core.policies.rule_policy import RULES, RulePolicy
from rasa.shared.core.constants import PREVIOUS_ACTION, SHOULD_NOT_BE_SET, USER
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import INTENT

Rules = dict[str, str]
States = list[dict[str, Any]]
Found = tuple[str | None, str | None, bool]


def look_up_by_intent(policy: RulePolicy) -> None:
    """Have a loaded policy compare only the rules that may apply; it predicts what it did.

    A rule for an intent applies to no other one, and to no message that is looked at as a text.
    """
    rules: Rules = policy.lookup[RULES]
    by_intent: dict[str | None, Rules] = {}
    for key, action in rules.items():
        by_intent.setdefault(_intent(policy._rule_key_to_state(key)[-1]), {})[key] = action
    for_any = by_intent.pop(None, {})
    compared, looked = policy._get_possible_keys, policy._find_action_from_rules

    def possible(lookup: Rules, states: States) -> set[str]:
        # Without an action before it a state is the beginning, and so may be any rule's.
        if lookup is rules and states[-1].get(PREVIOUS_ACTION):
            lookup = for_any | by_intent.get(_intent(states[-1]), {})
        keys: set[str] = compared(lookup, states)
        return keys

    def find(
        tracker: DialogueStateTracker, domain: Domain, use_text_for_last_user_input: bool
    ) -> Found:
        if use_text_for_last_user_input and not for_any and not tracker.active_loop_name:
            return None, None, False
        found: Found = looked(tracker, domain, use_text_for_last_user_input)
        return found

    policy._get_possible_keys = possible
    policy._find_action_from_rules = find


def _intent(state: Mapping[str, Any]) -> str | None:
    """Return the intent that a state has or a rule asks for; None where it is not just one."""
    intent = state.get(USER, {}).get(INTENT)
    return intent if isinstance(intent, str) and intent not in ("", SHOULD_NOT_BE_SET) else None
