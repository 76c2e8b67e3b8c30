"""A real django-helpdesk in an environment of its own, and the people who use it."""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.integration.processes import PATIENCE, Project, free_port

SITE = Path(__file__).parent / "site"
BOT, ANNA, BEN = 1, 2, 3  # numbers of the users that desk_prepare.py makes
CSRF = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@dataclass(frozen=True)
class DjangoServer:
    """A server that runs; ``public`` and the agents are browsers of their own."""

    port: int
    url: str

    @classmethod
    @contextmanager
    def running(cls, python: Path, folder: Path, hook: str) -> Iterator[DjangoServer]:
        """Run a server whose webhooks go to an address.

        Args:
            python: the interpreter of the environment that django-helpdesk is in.
            folder: an empty folder for its database.
            hook: where new tickets and follow-ups are told of.
        """
        project = Project(SITE, SITE).having(
            DESK_FOLDER=folder, DJANGO_SETTINGS_MODULE="desk_settings",
            HELPDESK_NEW_TICKET_WEBHOOK_URLS=hook, HELPDESK_FOLLOWUP_WEBHOOK_URLS=hook,
        )  # fmt: skip
        port = free_port()
        done = subprocess.run(
            [python, "desk_prepare.py"], cwd=SITE, env=project.environment(), check=False,
            capture_output=True, text=True, timeout=PATIENCE,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        command = (
            str(python), "-m", "gunicorn", "-w", "1", "--threads", "8", "-b", f"127.0.0.1:{port}",
            "--log-level", "warning", "--control-socket", str(folder / "control"),
            "django.core.wsgi:get_wsgi_application()",
        )  # fmt: skip
        with project.running(folder / "log", *command) as process:
            server = cls(port, f"http://127.0.0.1:{port}")
            deadline = time.monotonic() + PATIENCE
            while not server.answers():
                assert process.poll() is None, (folder / "log").read_text()
                assert time.monotonic() < deadline
                time.sleep(0.1)
            yield server

    def answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/tickets/submit/", timeout=30).status_code == 200
        except httpx.TransportError:
            return False

    def submit(self, question: str, title: str = "A question") -> tuple[int, int]:
        """Ask as a customer does, by the form of the portal; return the status and the ticket."""
        with httpx.Client(base_url=self.url, timeout=PATIENCE) as browser:
            form = browser.get("/tickets/submit/")
            [token, *_] = CSRF.findall(form.text)
            before = self.newest()
            response = browser.post(
                "/tickets/submit/",
                data={
                    "csrfmiddlewaretoken": token, "queue": "1", "title": title, "body": question,
                    "priority": "3", "submitter_email": "kim@customer.test",
                },
                headers={"Referer": f"{self.url}/tickets/submit/"},
            )  # fmt: skip
        after = self.newest()
        assert after == before + 1, response.text[-2000:]
        return response.status_code, after

    def newest(self) -> int:
        """Return the number of the newest ticket; 0 if there is none."""
        found = self.api("GET", "/api/tickets/?page_size=1000")["results"]
        return max((ticket["id"] for ticket in found), default=0)

    def api(self, method: str, path: str, user: str = "ben", **body: Any) -> Any:
        """Use the API as a member of staff."""
        response = httpx.request(
            method, self.url + path, auth=(user, f"{user}-password"), timeout=PATIENCE,
            json=body or None,
        )  # fmt: skip
        response.raise_for_status()
        return response.json()

    def ticket(self, number: int) -> Any:
        return self.api("GET", f"/api/tickets/{number}/")

    def follow_ups(self, number: int, public: bool | None = None) -> list[Any]:
        """Return what was written in a ticket after it was opened, the oldest first."""
        found = sorted(self.ticket(number)["followup_set"], key=lambda one: int(one["id"]))
        return [one for one in found if one["comment"] and public in (None, one["public"])]

    def said_by_bot(self, number: int, public: bool = True) -> list[str]:
        found = self.follow_ups(number, public)
        return [str(one["comment"]) for one in found if one["user"] == BOT]

    def agent_writes(
        self, number: int, comment: str, public: bool = True, owner: int | None = None,
        status: int | None = None,
    ) -> None:  # fmt: skip
        """Write as Anna does, by the form of the ticket's page."""
        with httpx.Client(base_url=self.url, timeout=PATIENCE) as browser:
            form = browser.get("/login/")
            [token, *_] = CSRF.findall(form.text)
            data = {"csrfmiddlewaretoken": token, "username": "anna", "password": "anna-password"}
            browser.post("/login/?next=/", data=data, headers={"Referer": self.url})
            page = browser.get(f"/tickets/{number}/")
            assert page.status_code == 200, page.text[-1000:]
            [token, *_] = CSRF.findall(page.text)
            ticket = self.ticket(number)
            data = {
                "csrfmiddlewaretoken": token, "comment": comment,
                "new_status": str(status or ticket["status"]), "priority": "3", "queue": "1",
                "title": ticket["title"],
                "owner": str(owner if owner is not None else ticket["assigned_to"] or 0),
                **({"public": "1"} if public else {}),
            }  # fmt: skip
            response = browser.post(
                f"/tickets/{number}/update/", data=data,
                headers={"Referer": f"{self.url}/tickets/{number}/"},
            )  # fmt: skip
            assert response.status_code == 302, response.text[-2000:]

    def customer_mails(self, number: int, words: str, python: Path, folder: Path) -> None:
        """Answer by e-mail as a customer does."""
        self.mail(
            f"Re: [support-{number}] A question", words, python, folder, os.environ["DESK_HOOK"]
        )

    def mail(self, subject: str, words: str, python: Path, folder: Path, hook: str) -> None:
        """Give a message to the parser of the queue's mailbox, whose webhooks go to an address."""
        script = (
            "import django; django.setup()\n"
            "import logging, sys\n"
            "from helpdesk.email import extract_email_metadata\n"
            "from helpdesk.models import Queue\n"
            "extract_email_metadata(sys.stdin.read(), Queue.objects.get(slug='support'), "
            "logging.getLogger())\n"
        )
        mail = (
            "From: Kim <kim@customer.test>\nTo: support@desk.test\n"
            f"Subject: {subject}\nMessage-ID: <{time.time_ns()}@x.test>\n"
            f"Content-Type: text/plain; charset=utf-8\n\n{words}\n"
        )
        environment = Project(SITE, SITE).having(
            DESK_FOLDER=folder, DJANGO_SETTINGS_MODULE="desk_settings",
            HELPDESK_NEW_TICKET_WEBHOOK_URLS=hook, HELPDESK_FOLLOWUP_WEBHOOK_URLS=hook,
        ).environment()  # fmt: skip
        done = subprocess.run(
            [python, "-c", script], cwd=SITE, env=environment, input=mail, text=True, check=False,
            capture_output=True, timeout=PATIENCE,
        )  # fmt: skip
        refused = "ConnectionError" in done.stderr  # it is not caught, but the message is kept
        assert done.returncode == 0 or refused, done.stderr
