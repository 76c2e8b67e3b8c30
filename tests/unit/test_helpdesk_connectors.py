"""What is particular to one helpdesk: signatures, payloads and answers that only it has."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from bot.errors import SettingError
from bot.helpdesk.connector import Connector, Standing, UnsupportedError
from bot.helpdesk.delivery import ForgedError, MalformedError
from bot.helpdesk.effect import HandOver, Reply, Suggest
from bot.helpdesk.event import Author, Closed, Event, Moved, Owner, Place, Rated, Said, Verdict
from bot.helpdesk.registry import connector
from tests.connector_driver import answering, body_of, delivery, drive, ok
from tests.strict_helpdesks import chatwoot, freshchat, freshdesk, zendesk
from tests.strict_helpdesks.peers import PEERS
from tests.strict_helpdesks.server import sha1_signature, standard_signature

# Made with openssl: secret "golden-secret", moment 2026-01-01T00:00:00Z.
SECRET = "golden-secret"
BODY = b'{"event":"message_created","id":1}'
CHATWOOT = "sha256=7494339e0066e5e2b96c06220028ac1c5770ffa17b2b9121ed7c11a8d109ab60"
SHA1 = "sha1=e9e921bb68eeb7b0bd4a43c0a72913c1f45a35b9"
ZENDESK = "IwQd/ddLtl+UZjQWtD1oSqgAUmxFPlcOU9LZ2QRG9i0="
STANDARD = "v1,jYrpUO2RI2+bQMmvJphfSfQRLzWo64X10lBkdmlxKzI="

# A key pair and a signature made with openssl (`openssl dgst -sha256 -sign`) over BODY.
RSA_KEY = (
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEApVusWLhufr70BRlI53+WIQ6etE7Fbobwp6vSjq+0"
    "dmhWRotx2an58VKMFnm7BAcQxGFE2z7httbhbx0fKfypqw5X9W6QYMYdiYyIX9wCr+whEXN+AWsYZV3rGOhB"
    "cW78SZDGz1b5eerqNIvTWHZ3UpG2AsUZrs6FiEcrAAn/vgenG0RAxYdCHRst1Jt+1xCvAUEztgWSmxBg/AtA"
    "IYqiSG0CLpmNp59nCjBD3HYkKYi3GwZvM2LwNf0GsSPARy2/2P5b19ilqAsUp9SJ0RX3hMyaEkPBJhH6xNv7"
    "LlLuQOn/yuTcGB4HwEumgzqZ3fPlkVDVJ4+ubIRj17tH84z99QIDAQAB"
)
RSA_SIGNATURE = (
    "WLCA2eT0ONWf1/7bSscbJF76SfJXdDkouQwTf58w6V5U9e2LvHFthtKj7GZoARRismK0bgZuIjezPc0b5IVB"
    "ItCTi6ihQ0nbhxd4GefExkZEnaenbyIT3w0M41YyYpQLWuyX1igDqWKwiHevBBRShbibK8YD4QzsoRt3PXTn"
    "bwZX+5VvLJHeFcZ0zLep7bcO+rD4kys8pHkMLqtcm/ruzqgQbyaCMC7NY1JEiVdahTYapYFAT358BPp1WjgN"
    "If83zakaXOiKPHxh2zhCEypnmpfwoo/qjmSOc4ttvBkXXsvOrFteBVqlfGQfSGMdYf/VRkeIK0jJK37xR4ee"
    "8R3ubQ=="
)


def made(kind: str, **more: Any) -> Connector:
    (peer,) = (peer for peer in PEERS if peer.kind == kind)
    options = {**peer.options, **more.pop("options", {})}
    return connector(peer.account("https://desk.example.org", options=options, **more))


GOLDEN = [
    ("zammad", {"x_hub_signature": SHA1}),
    ("intercom", {"x_hub_signature": SHA1}),
    ("zendesk", {
        "x_zendesk_webhook_signature": ZENDESK,
        "x_zendesk_webhook_signature_timestamp": "2026-01-01T00:00:00Z",
    }),
    ("request-tracker", {
        "webhook_id": "rt-1", "webhook_timestamp": "1767225600", "webhook_signature": STANDARD,
    }),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "headers"), GOLDEN, ids=[kind for kind, _ in GOLDEN])
def test_the_golden_signature_passes_and_no_other_body(kind: str, headers: dict[str, str]) -> None:
    desk = made(kind)
    desk.verify(delivery(BODY, **headers))
    with pytest.raises(ForgedError):
        desk.verify(delivery(BODY + b" ", **headers))


def test_the_golden_rsa_signature_passes_and_no_other_body() -> None:
    for key in (RSA_KEY, f"-----BEGIN PUBLIC KEY-----\n{RSA_KEY}\n-----END PUBLIC KEY-----\n"):
        desk = made("freshchat", secrets=(key,))
        desk.verify(delivery(BODY, x_freshchat_signature=RSA_SIGNATURE))
        with pytest.raises(ForgedError):
            desk.verify(delivery(BODY + b" ", x_freshchat_signature=RSA_SIGNATURE))


@pytest.mark.parametrize("key", ["", "x", "AAAA", "c2hvcnQ="])
def test_what_is_no_key_is_refused_by_name(key: str) -> None:
    with pytest.raises(SettingError, match="secrets"):
        made("freshchat", secrets=(key,))


def test_the_fakes_sign_as_the_golden_vectors_do() -> None:
    assert chatwoot.signature(SECRET, "1767225600", BODY) == CHATWOOT
    assert sha1_signature(SECRET, BODY) == SHA1
    assert zendesk.signature(SECRET, "2026-01-01T00:00:00Z", BODY) == ZENDESK
    assert standard_signature(SECRET, "rt-1", "1767225600", BODY) == STANDARD


def test_zammads_address_may_hold_a_token_beside_its_old_signature() -> None:
    desk = made("zammad", tokens=("a-token-of-some-length",))
    desk.verify(delivery(BODY, "a-token-of-some-length", x_hub_signature=SHA1))
    with pytest.raises(ForgedError):
        desk.verify(delivery(BODY, "", x_hub_signature=SHA1))


def parsed(kind: str, body: object, **options: Any) -> list[Event]:
    return list(made(kind, options=options).parse(delivery(body)))


# -- Zammad

ARTICLE: dict[str, Any] = {
    "id": 104, "ticket_id": 81, "sender": "Customer", "type": "email", "internal": False,
    "content_type": "text/html", "from": "Kim <kim@cust.test>", "subject": "Hello",
    "message_id": "<1@cust.test>", "created_at": "2026-11-22T14:34:35.282Z",
    "body": "What is an <b>SLA</b>?<blockquote>old</blockquote>", "created_by_id": 8,
    "created_by": {"id": 8, "roles": ["Customer"]},
    "attachments": [{"id": 174, "filename": "a.png", "url": "https://zammad.test/a"}],
}  # fmt: skip
TICKET: dict[str, Any] = {
    "id": 81, "title": "What is an SLA?", "state": "open", "group": {"id": 3, "name": "Desk"},
    "owner_id": 1, "customer": {"id": 8, "email": "kim@cust.test", "firstname": "Kim"},
    "updated_at": "2026-11-22T14:34:36.000Z", "updated_by_id": 5, "tags": "vip, new",
}  # fmt: skip


def zammad_told(ticket: dict[str, Any] | None = None, **article: Any) -> list[Event]:
    return parsed(
        "zammad", {"ticket": {**TICKET, **(ticket or {})}, "article": {**ARTICLE, **article}}
    )


def test_zammad_tells_an_article_whole() -> None:
    (event,) = zammad_told()
    assert isinstance(event, Said)
    assert (event.text, event.place) == ("What is an SLA?", Place("Desk", "81"))
    assert (event.author, event.channel, event.owner) == (Author.CUSTOMER, "email", Owner.NONE)
    assert (event.tags, event.attachments, event.name) == (("vip", "new"), 1, "Kim")
    assert event.at == pytest.approx(1795358075.282)
    assert "zammad.test" not in repr(event)


@pytest.mark.parametrize(
    ("article", "author", "public"),
    [
        ({"created_by_id": 4}, Author.BOT, True),
        ({"sender": "Agent"}, Author.AGENT, True),
        ({"sender": "System"}, Author.SYSTEM, True),
        ({"internal": True, "sender": "Agent"}, Author.AGENT, False),
        # What an agent types for a customer on the phone.
        ({"created_by": {"id": 5, "roles": ["Agent"]}, "type": "phone"}, Author.AGENT, True),
    ],
)
def test_zammad_tells_who_wrote(article: dict[str, Any], author: Author, public: bool) -> None:
    (event,) = zammad_told(**article)
    assert isinstance(event, Said)
    assert (event.author, event.public) == (author, public)


def test_zammad_tells_absence_notes_as_automatic() -> None:
    (event,) = zammad_told(preferences={"is-auto-response": True})
    assert isinstance(event, Said)
    assert event.automatic


@pytest.mark.parametrize(
    ("ticket", "told"),
    [
        ({"owner_id": 5}, [Owner.PERSON]),
        ({"owner_id": 4}, [Owner.BOT]),
        ({"owner_id": 1}, []),  # maybe it waits in the group we gave it to
        ({"owner_id": 5, "updated_by_id": 4}, []),  # our own doing
    ],
)
def test_zammad_tells_who_has_a_ticket(ticket: dict[str, Any], told: list[Owner]) -> None:
    found = parsed("zammad", {"ticket": {**TICKET, **ticket}, "article": {}})
    assert [event.owner for event in found if isinstance(event, Moved)] == told


def test_zammad_tells_a_closed_ticket() -> None:
    (event,) = parsed("zammad", {"ticket": {**TICKET, "state": "closed"}})
    assert isinstance(event, Closed)


def zammad_reply(**article: Any) -> Reply:
    (event,) = zammad_told(**article)
    assert isinstance(event, Said)
    return Reply(event.place, "<p>x</p>", (), event.message, event.to)


def test_zammad_answers_mail_by_mail_in_its_thread() -> None:
    calls, answer = answering(ok({"id": 105}, 201))
    drive(made("zammad").perform(zammad_reply(), "k"), answer)
    assert body_of(calls[0]) == {
        "ticket_id": 81, "type": "email", "internal": False, "sender": "Agent",
        "content_type": "text/html", "body": "<p>x</p>", "to": "kim@cust.test", "subject": "Hello",
        "in_reply_to": "<1@cust.test>", "preferences": {"termwise": "k"},
    }  # fmt: skip


def test_zammad_does_not_answer_by_channels_it_cannot() -> None:
    with pytest.raises(UnsupportedError, match="phone"):
        drive(made("zammad").perform(zammad_reply(type="phone"), "k"), answering()[1])


@pytest.mark.parametrize(
    ("found", "calls_made"), [({"shared_draft_id": None}, 3), ({"shared_draft_id": 7}, 2)]
)
def test_zammads_draft_of_an_agent_is_never_overwritten(
    found: dict[str, Any], calls_made: int
) -> None:
    calls, answer = answering(ok({"id": 105}, 201), ok(found), ok({"shared_draft_id": 8}))
    suggestion = Suggest(Place("Desk", "81"), "<p>note</p>", "<p>draft</p>")
    drive(made("zammad", options={"drafts": True}).perform(suggestion, "k"), answer)
    assert len(calls) == calls_made
    if calls_made == 3:
        assert body_of(calls[2])["new_article"]["body"] == "<p>draft</p>"


def test_a_zammad_without_drafts_gets_a_note() -> None:
    calls, answer = answering(ok({"id": 105}, 201), ok({}, 403))
    suggestion = Suggest(Place("Desk", "81"), "<p>note</p>", "<p>draft</p>")
    drive(made("zammad", options={"drafts": True}).perform(suggestion, "k"), answer)
    assert [call.method for call in calls] == ["POST", "GET"]
    assert 403 in calls[1].accepts


# -- Zendesk Messaging


def sunshine_event(kind: str = "conversation:message", **payload: Any) -> dict[str, Any]:
    conversation = {"id": "69b4e1", "type": "personal",
                    "activeSwitchboardIntegration": {"name": "termwise"}}  # fmt: skip
    message = {
        "id": "69c5ec", "received": "2026-11-22T02:20:32.440Z", "metadata": {},
        "author": {"type": "user", "userId": "69b4dd", "displayName": "Kim"},
        "content": {"type": "text", "text": "What does churn mean?"}, "source": {"type": "web"},
    }  # fmt: skip
    return {"id": "69c509", "type": kind, "createdAt": "2026-11-22T02:20:32.440Z",
            "payload": {"conversation": conversation, "message": message, **payload}}  # fmt: skip


def sunshine_told(*events: dict[str, Any]) -> list[Event]:
    return parsed("sunshine", {"app": {"id": "69b4"}, "events": list(events)})


def test_sunshine_tells_several_events_at_once_and_leaves_out_what_is_not_for_us() -> None:
    found = sunshine_told(sunshine_event(), sunshine_event("conversation:read"), sunshine_event())
    assert [type(event) for event in found] == [Said, Said]


def test_sunshine_tells_agents_from_us_by_what_they_leave_behind() -> None:
    business = {"id": "1", "author": {"type": "business"}, "content": {"type": "text", "text": "x"}}
    agent = {**business, "metadata": {"__zendesk_msg.agent.id": "900"}}
    found = sunshine_told(sunshine_event(message=business), sunshine_event(message=agent))
    assert [event.author for event in found if isinstance(event, Said)] == [
        Author.BOT,
        Author.AGENT,
    ]


def test_a_picture_in_sunshine_is_an_attachment_without_words() -> None:
    picture = {"id": "1", "author": {"type": "user"},
               "content": {"type": "image", "mediaUrl": "https://media.example.org/x"}}  # fmt: skip
    (event,) = sunshine_told(sunshine_event(message=picture))
    assert isinstance(event, Said)
    assert (event.text, event.attachments) == ("", 1)
    assert "media.example.org" not in repr(event)


@pytest.mark.parametrize(
    ("active", "owner"), [("termwise", Owner.BOT), ("zd-agentWorkspace", Owner.PERSON)]
)
def test_sunshines_switchboard_tells_who_has_it(active: str, owner: Owner) -> None:
    conversation = {"id": "69b4e1", "activeSwitchboardIntegration": {"name": active}}
    (event,) = sunshine_told(
        sunshine_event("switchboard:releaseControl", conversation=conversation)
    )
    assert isinstance(event, Moved)
    assert event.owner is owner


def test_sunshine_offers_choices_and_marks_what_it_sends() -> None:
    calls, answer = answering(ok({"messages": [{"id": "m1"}]}, 201))
    effect = Reply(Place("69b4", "69b4e1"), "Which?", ("What is an SLA?",))
    assert drive(made("sunshine").perform(effect, "k"), answer).message == "m1"
    assert body_of(calls[0]) == {
        "author": {"type": "business", "subtypes": ["AI"], "displayName": "Termwise"},
        "content": {"type": "text", "text": "Which?", "actions": [
            {"type": "reply", "text": "What is an SLA?", "payload": "choice 1"},
        ]},
        "metadata": {"termwise": "k"},
    }  # fmt: skip


def test_sunshine_says_what_the_ticket_is_to_show_before_there_is_one() -> None:
    calls, answer = answering(ok({}))
    effect = HandOver(Place("69b4", "69b4e1"), "asked-for-person", "40", "901")
    drive(made("sunshine", options={"summary_field": "77"}).perform(effect, "k"), answer)
    assert body_of(calls[0]) == {
        "switchboardIntegration": "zd-agentWorkspace",
        "metadata": {
            "dataCapture.systemField.tags": "termwise,termwise-asked-for-person",
            "dataCapture.systemField.group_id": "40",
            "dataCapture.systemField.assignee_id": "901",
            "dataCapture.ticketField.77": "asked-for-person",
        },
    }  # fmt: skip


def test_the_longest_text_fits_into_sunshines_units() -> None:
    longest = made("sunshine").abilities.longest
    assert len(("😀" * longest).encode("utf-16-le")) <= 2 * 4096


# -- Zendesk tickets


def zendesk_told(**changed: str) -> list[Event]:
    told = {
        "ticket": "81", "status": "Open", "updated": "2026-11-22T14:34:36Z", "assignee": "",
        "group": "40", "tags": "vip new", "channel": "Mail", "user": "55", "role": "End user",
        "comment": "9", "author": "55", "requester": "55",
        "text": '<div class="zd-comment"><p>What is an SLA?</p></div>', **changed,
    }  # fmt: skip
    return parsed("zendesk", told)


def test_zendesk_tells_a_comment_whole() -> None:
    (event,) = zendesk_told()
    assert isinstance(event, Said)
    assert (event.text, event.place) == ("What is an SLA?", Place("40", "81"))
    assert (event.author, event.key, event.tags) == (Author.CUSTOMER, "comment 9", ("vip", "new"))


@pytest.mark.parametrize(
    ("changed", "authors", "owners"),
    [
        ({"author": "900", "user": "900", "role": "Agent"}, [Author.BOT], []),
        ({"author": "901", "user": "901", "role": "Agent"}, [Author.AGENT], []),
        ({"author": "77", "user": "77"}, [Author.CUSTOMER], []),  # somebody in copy
        ({"user": "901", "role": "Agent", "assignee": "901"}, [Author.CUSTOMER], [Owner.PERSON]),
        ({"user": "901", "role": "Agent", "assignee": "900"}, [Author.CUSTOMER], [Owner.BOT]),
        ({"user": "901", "role": "Agent", "assignee": "901", "comment": "", "text": ""}, [],
         [Owner.PERSON]),
        ({"user": "900", "role": "Agent", "assignee": "901"}, [Author.CUSTOMER], []),  # ourselves
        ({"user": "-1", "role": "", "assignee": "901"}, [Author.CUSTOMER], []),  # the system
        ({"assignee": "900"}, [Author.CUSTOMER], []),  # a customer moves nothing
    ],
)  # fmt: skip
def test_zendesk_tells_who_wrote_and_who_has_it(
    changed: dict[str, str], authors: list[Author], owners: list[Owner]
) -> None:
    found = zendesk_told(**changed)
    assert [event.author for event in found if isinstance(event, Said)] == authors
    assert [event.owner for event in found if isinstance(event, Moved)] == owners


def test_a_ticket_of_zendesk_that_is_closed_is_told() -> None:
    assert [type(event) for event in zendesk_told(status="Closed", comment="")] == [Closed]


def test_zendesk_takes_its_own_assignment_back_when_it_hands_over_to_a_group() -> None:
    calls, answer = answering(ok({"ticket": {}}))
    drive(made("zendesk").perform(HandOver(Place("", "81"), "rule", "40"), "k"), answer)
    assert body_of(calls[0]) == {"ticket": {"status": "open", "assignee_id": None, "group_id": 40}}


@pytest.mark.parametrize("status", [200, 403])
def test_zendesks_doctor_says_whether_it_can_see_the_webhook(status: int) -> None:
    us = {"user": {"id": 900, "role": "agent"}}
    hooks: dict[str, Any] = {"webhooks": [{"status": "inactive"}]}
    found = drive(made("zendesk").examine(), answering(ok(us), ok(hooks, status))[1])
    assert found[-1].good is (status == 403)


def test_zendesks_doctor_names_the_id_that_is_wrong() -> None:
    us = {"user": {"id": 7, "role": "end-user"}}
    found = drive(made("zendesk").examine(), answering(ok(us), ok({}, 403))[1])
    assert [finding.good for finding in found] == [False, False, True]
    assert "7" in found[0].what


# -- Freshdesk


def test_a_rule_of_freshdesk_that_is_not_ours_is_malformed() -> None:
    for event, by in (("EVENT", "customer"), ("said", "AUTHOR")):
        with pytest.raises(MalformedError):
            parsed("freshdesk", {"event": event, "by": by, "ticket": "1", "text": "x"})


def test_freshdesk_knows_our_own_words_by_their_last_line() -> None:
    told = {"event": "said", "by": "agent", "ticket": "1"}
    (ours,) = parsed("freshdesk", {**told, "text": "<p>x</p><p>Termwise (automatic answer)</p>"})
    (theirs,) = parsed("freshdesk", {**told, "text": "<p>x</p>"})
    assert isinstance(ours, Said)
    assert isinstance(theirs, Said)
    assert (ours.author, theirs.author) == (Author.BOT, Author.AGENT)


def test_a_customer_who_writes_our_last_line_is_still_a_customer() -> None:
    told = {"event": "said", "by": "customer", "ticket": "1"}
    (event,) = parsed("freshdesk", {**told, "text": "x Termwise (automatic answer)"})
    assert isinstance(event, Said)
    assert event.author is Author.CUSTOMER


def test_freshdesk_looks_at_all_pages_for_what_it_wrote() -> None:
    place = Place("", "81")
    page = [{"id": n, "user_id": 8, "body": "x", "private": False} for n in range(100)]
    ours = [{"id": 200, "user_id": 4, "private": False,
             "body": "<div>An answer.<p>Termwise (automatic answer)</p></div>"}]  # fmt: skip
    effect = Reply(place, "<p>An answer.</p>")
    calls, answer = answering(ok(page), ok(ours))
    assert drive(made("freshdesk").settle(effect, "k"), answer) is Standing.DONE
    assert calls[1].path.endswith("page=2")
    endless = answering(*[ok(page)] * 10)[1]
    assert drive(made("freshdesk").settle(effect, "k"), endless) is Standing.UNKNOWN


# -- Freshchat


def freshchat_told(action: str, **data: Any) -> list[Event]:
    body = {"actor": {"actor_type": "agent", "actor_id": "x"}, "action": action,
            "action_time": "2026-11-22T10:55:23.126Z", "data": data}  # fmt: skip
    return parsed("freshchat", body)


MESSAGE: dict[str, Any] = {
    "id": "a834", "conversation_id": "35e8", "channel_id": "304d", "actor_type": "user",
    "actor_id": "9047", "message_source": "web", "created_time": "2026-11-22T10:55:23.126Z",
    "message_parts": [{"text": {"content": "What does churn mean?"}}, {"image": {"url": "x"}}],
    "restrictResponse": False, "botsPrivateNote": False,
}  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "author", "public"),
    [
        ({}, Author.CUSTOMER, True),
        ({"message_type": "normal"}, Author.CUSTOMER, True),
        ({"actor_type": "agent"}, Author.AGENT, True),
        ({"actor_type": "agent", "message_type": "private"}, Author.AGENT, False),
        ({"actor_type": "agent", "actor_id": freshchat.BOT}, Author.BOT, True),
        ({"actor_type": "bot"}, Author.BOT, True),
        ({"actor_type": "system"}, Author.SYSTEM, True),
        # A note of a bot has no type, and must not pass for a customer's words.
        ({"botsPrivateNote": True}, Author.BOT, False),
    ],
)
def test_freshchat_tells_who_wrote(changed: dict[str, Any], author: Author, public: bool) -> None:
    (event,) = freshchat_told("message_create", message={**MESSAGE, **changed})
    assert isinstance(event, Said)
    assert (event.author, event.public) == (author, public)
    assert (event.text, event.attachments) == ("What does churn mean?", 1)


@pytest.mark.parametrize(
    ("assignment", "told"),
    [
        ({"to_agent_id": "5"}, [Owner.PERSON]),
        ({"to_agent_id": freshchat.BOT}, [Owner.BOT]),
        ({"to_agent_id": "", "to_group_id": "40"}, []),
        ({"to_agent_id": "5", "assignor_id": freshchat.BOT}, []),
    ],
)
def test_freshchat_tells_assignments_to_people(
    assignment: dict[str, str], told: list[Owner]
) -> None:
    about = {"assignor_id": "5", "conversation": {"conversation_id": "35e8"}, **assignment}
    found = freshchat_told("conversation_assignment", assignment=about)
    assert [event.owner for event in found if isinstance(event, Moved)] == told


@pytest.mark.parametrize(
    ("action", "data", "opened"),
    [
        ("conversation_resolution", {"resolve": {"conversation": {"conversation_id": "1"}}}, False),
        ("conversation_reopen", {"conversation": {"conversation_id": "1"}}, True),
    ],
)
def test_freshchat_tells_the_end_and_the_new_beginning(
    action: str, data: dict[str, Any], opened: bool
) -> None:
    (event,) = freshchat_told(action, **data)
    assert isinstance(event, Closed)
    assert event.open is opened


# -- Intercom


def intercom_told(topic: str, **item: Any) -> list[Event]:
    about = {
        "type": "conversation", "id": "524", "admin_assignee_id": None, "team_assignee_id": None,
        "source": {"type": "conversation", "id": "403", "body": "<p>Hi</p>",
                   "author": {"type": "user", "id": "67"}},
        "conversation_parts": {"conversation_parts": []}, **item,
    }  # fmt: skip
    body = {"type": "notification_event", "id": "notif_1", "topic": topic, "app_id": "abc",
            "created_at": 1795374846, "data": {"item": about}}  # fmt: skip
    return parsed("intercom", body)


def part(kind: str, name: str, **more: Any) -> dict[str, Any]:
    parts = [{"id": "136", "part_type": "comment", "body": "<p>What is <b>churn</b>?</p>",
              "author": {"type": kind, "id": name}, **more}]  # fmt: skip
    return {"conversation_parts": parts}


@pytest.mark.parametrize("topic", ["ping", "conversation.admin.snoozed", "contact.created"])
def test_intercoms_other_topics_tell_nothing(topic: str) -> None:
    assert intercom_told(topic) == []


@pytest.mark.parametrize(
    ("kind", "name", "author"),
    [
        ("user", "67", Author.CUSTOMER),
        ("lead", "67", Author.CUSTOMER),
        ("contact", "67", Author.CUSTOMER),
        ("admin", "901", Author.AGENT),
        ("admin", "900", Author.BOT),
        ("bot", "1", Author.BOT),
        ("team", "1", Author.SYSTEM),
    ],
)
def test_intercom_tells_who_wrote(kind: str, name: str, author: Author) -> None:
    (event,) = intercom_told("conversation.admin.replied", conversation_parts=part(kind, name))
    assert isinstance(event, Said)
    assert (event.author, event.text) == (author, "What is churn?")


@pytest.mark.parametrize(
    ("item", "told"),
    [
        ({"admin_assignee_id": 901, "conversation_parts": part("admin", "901")}, [Owner.PERSON]),
        ({"admin_assignee_id": 900, "conversation_parts": part("admin", "901")}, [Owner.BOT]),
        ({"admin_assignee_id": None, "conversation_parts": part("admin", "901")}, [Owner.NONE]),
        ({"team_assignee_id": 40, "conversation_parts": part("admin", "901")}, [Owner.PERSON]),
        ({"team_assignee_id": 40, "conversation_parts": part("bot", "1")}, []),
        ({"admin_assignee_id": 901, "conversation_parts": part("admin", "900")}, []),
    ],
)
def test_intercom_tells_assignments_by_people(item: dict[str, Any], told: list[Owner]) -> None:
    found = intercom_told("conversation.admin.assigned", **item)
    assert [event.owner for event in found if isinstance(event, Moved)] == told


@pytest.mark.parametrize(
    ("stars", "told"), [(5, [Verdict.GOOD]), (3, []), (1, [Verdict.BAD]), (0, [])]
)
def test_intercom_tells_ratings(stars: int, told: list[Verdict]) -> None:
    found = intercom_told("conversation.rating.added", conversation_rating={"rating": stars})
    assert [event.verdict for event in found if isinstance(event, Rated)] == told


# -- Request Tracker


def rt_told(kind: str, message: dict[str, str] | None = None, **changed: Any) -> list[Event]:
    creator = {"name": "kim@cust.test", "privileged": False, "system": False}
    done = {"id": 56, "type": kind, "field": "", "old": None, "new": None, "created": 1795418900,
            "creator": {**creator, **changed.pop("creator", {})}}  # fmt: skip
    ticket = {"id": 2, "owner": "Nobody", "queue": "General", "status": "new", "requestor": False}
    for part in (done, ticket):
        part.update({name: changed[name] for name in part if name in changed})
    return parsed("request-tracker", {"transaction": done, "ticket": ticket, "message": message})


@pytest.mark.parametrize(
    ("headers", "automatic"),
    [
        ({}, False),
        ({"auto_submitted": "no"}, False),
        ({"auto_submitted": "auto-replied"}, True),
        ({"auto_submitted": "Auto-Generated"}, True),
        ({"precedence": "Bulk"}, True),
    ],
)
def test_request_tracker_tells_mail_of_programs(headers: dict[str, str], automatic: bool) -> None:
    (event,) = rt_told("Create", {"text": "I am away.", "type": "text/plain", **headers})
    assert isinstance(event, Said)
    assert event.automatic is automatic


@pytest.mark.parametrize(
    ("creator", "requestor", "author"),
    [
        ({}, False, Author.CUSTOMER),
        ({"name": "anna", "privileged": True}, False, Author.AGENT),
        ({"name": "anna", "privileged": True}, True, Author.CUSTOMER),
        ({"name": "termwise", "privileged": True}, True, Author.BOT),
        ({"name": "RT_System", "system": True}, False, Author.SYSTEM),
    ],
)
def test_request_tracker_tells_who_wrote(
    creator: dict[str, Any], requestor: bool, author: Author
) -> None:
    words = {"text": "x", "type": "text/plain"}
    (event,) = rt_told("Correspond", words, creator=creator, requestor=requestor)
    assert isinstance(event, Said)
    assert event.author is author


@pytest.mark.parametrize(
    ("kind", "changed", "told"),
    [
        ("Set", {"field": "Owner", "owner": "anna"}, [Owner.PERSON]),
        ("Set", {"field": "Owner", "owner": "Nobody"}, [Owner.NONE]),
        ("Set", {"field": "Owner", "owner": "termwise"}, [Owner.BOT]),
        ("Set", {"field": "Owner", "owner": "anna", "creator": {"name": "termwise"}}, []),
        ("Set", {"field": "Queue"}, []),
        ("Status", {"old": "new", "new": "open"}, []),  # our own reply does that
        ("Status", {"old": "open", "new": "resolved"}, [False]),
        ("Status", {"old": "resolved", "new": "open"}, [True]),
    ],
)
def test_request_tracker_tells_changes(
    kind: str, changed: dict[str, Any], told: list[object]
) -> None:
    found = rt_told(kind, **changed)
    assert [e.owner if isinstance(e, Moved) else getattr(e, "open", None) for e in found] == told


def test_request_tracker_sees_through_a_200_that_changed_nothing() -> None:
    there = {"Owner": {"id": "Nobody"}, "Queue": {"id": "1"}}
    place = Place("General", "2")
    for team, agent, queue in (("", "anna", ok({})), ("People", "", ok({"id": 2})),
                               ("Nowhere", "", ok({}, 404))):  # fmt: skip
        effect = HandOver(place, "rule", team, agent)
        answer = answering(ok(["Ticket 2: not allowed"]), ok(there), queue)[1]
        with pytest.raises(UnsupportedError):
            drive(made("request-tracker").perform(effect, "k"), answer)


def test_request_trackers_own_older_words_do_not_count_for_a_new_question() -> None:
    part = {"id": "9", "Creator": {"id": "termwise"}, "TransactionId": "57",
            "ContentType": "text/plain"}  # fmt: skip
    picture = {**part, "id": "10", "ContentType": "image/png"}
    whole = {**part, "Content": base64.b64encode(b"An answer.").decode()}
    for message, standing in (("56", Standing.DONE), ("58", Standing.NOT_DONE)):
        effect = Reply(Place("General", "2"), "An answer.", (), message)
        calls, answer = answering(ok({"items": [picture, part]}), ok(whole))
        assert drive(made("request-tracker").settle(effect, "k"), answer) is standing
        assert "Content," not in calls[0].path  # pictures may be large


# -- all


def test_the_bodies_of_our_guides_are_json_that_ends_with_the_text() -> None:
    for template in (zendesk.TEMPLATE, freshdesk.TEMPLATE):
        told = json.loads(template.read_text(encoding="utf-8"))
        assert list(told)[-1] == "text"
