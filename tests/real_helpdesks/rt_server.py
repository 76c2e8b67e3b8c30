"""A real Request Tracker 5 of the tests' own, from Debian's packages, on SQLite."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import httpx

SCRIP = Path(__file__).parents[2] / "docs/helpdesk/request-tracker-scrip.pl"
SERVER = Path("/usr/share/request-tracker5/libexec/rt-server")
BOT, AGENT, CUSTOMER = "termwise", "anna", "kim@cust.test"
_PROGRAMS = ("rt-setup-database-5", "rt-mailgate-5", "perl")
_STARTS_WITHIN = 60.0

_CONFIGURATION = """
Set($rtname, 'ci.test');
Set($Organization, 'ci.test');
Set($WebDomain, '127.0.0.1');
Set($WebPort, {port});
Set($WebBaseURL, 'http://127.0.0.1:{port}');
Set($DatabaseType, 'SQLite');
Set($DatabaseName, '{folder}/rt.db');
Set($DatabaseUser, '');
Set($DatabasePassword, '');
Set($MailCommand, 'sendmailpipe');
Set($SendmailPath, '{folder}/sendmail');
Set($CorrespondAddress, 'rt@ci.test');
Set($CommentAddress, 'rt-comment@ci.test');
Set($LogToSTDERR, 'warning');
Set($LogToSyslog, undef);
Set($TermwiseUrl, '{hook}');
Set($TermwiseSecret, '{secret}');
$RT::VarPath = '{folder}/var';
$RT::MasonDataDir = '{folder}/var/mason';
$RT::MasonSessionDir = '{folder}/var/session';
1;
"""

# What docs/helpdesk/request-tracker.md tells the administrator to click.
_SETUP = """
use strict; use warnings;
use lib '/usr/share/request-tracker5/lib';
use RT; RT::LoadConfig(); RT::Init();
use RT::AuthToken;
sub good { my ($ok, $told) = @_; die "$told\\n" unless $ok; }
my $system = RT->SystemUser;
my @rights = qw(SeeQueue ShowTicket ShowTicketComments ReplyToTicket CommentOnTicket ModifyTicket
    ReassignTicket);
my %more = (anna => [qw(OwnTicket TakeTicket StealTicket)], termwise => [qw(CreateTicket)]);
my $queue = RT::Queue->new($system); $queue->Load('General');
my $people = RT::Queue->new($system); good($people->Create(Name => 'Second level'));
for my $name (sort keys %more) {
    my $user = RT::User->new($system);
    good($user->Create(Name => $name, Privileged => 1, EmailAddress => "$name\\@ci.test"));
    for my $there ($queue, $people) {
        good($user->PrincipalObj->GrantRight(Right => $_, Object => $there))
            for @rights, @{ $more{$name} };
    }
    my ($ok, $told, $token) = RT::AuthToken->new($system)->Create(
        Owner => $user->id, Description => 'tests');
    good($ok, $told);
    print "$name $token\\n";
}
my $all = RT::Group->new($system); $all->LoadSystemInternalGroup('Everyone');
for my $there ($queue, $people) {
    good($all->PrincipalObj->GrantRight(Right => $_, Object => $there))
        for qw(CreateTicket ReplyToTicket);
}
open my $file, '<:encoding(UTF-8)', $ARGV[0] or die; local $/; my $code = <$file>;
good(RT::Scrip->new($system)->Create(
    Description => 'Termwise', Queue => 0, ScripCondition => 'On Transaction',
    ScripAction => 'User Defined', Template => 'Blank', CustomPrepareCode => '1',
    CustomCommitCode => $code));
"""


def missing() -> str:
    """Return why Request Tracker cannot be run here; empty if it can."""
    if not os.environ.get("REAL_HELPDESKS"):
        return "REAL_HELPDESKS is not set (`make test-helpdesk`)"
    absent = [name for name in _PROGRAMS if shutil.which(name) is None]
    if absent or not SERVER.exists():
        return "Request Tracker 5 is not installed (Debian: request-tracker5, rt5-standalone)"
    return ""


@dataclass(frozen=True)
class RtServer:
    """A server that runs.

    ``tokens`` maps users to what lets them in. Mail it sends ends up in :meth:`mails`.
    """

    folder: Path
    port: int
    tokens: dict[str, str]

    @classmethod
    @contextmanager
    def running(cls, hook: str, secret: str) -> Iterator[RtServer]:
        """Run a new one whose scrip posts to that address."""
        folder = Path(tempfile.mkdtemp(prefix="rt-"))
        port = _free_port()
        process = None
        try:
            tokens = _made(folder, port, hook, secret)
            process = _started(folder, port)
            yield cls(folder, port, tokens)
        finally:
            if process:
                os.killpg(process.pid, signal.SIGTERM)
                process.wait(20)
            shutil.rmtree(folder, ignore_errors=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def mail(self, text: str, subject: str, **headers: str) -> None:
        """Let a mail of the customer arrive at the gateway of the queue General."""
        mail = EmailMessage()
        mail["From"] = f"Kim <{CUSTOMER}>"
        mail["To"] = "rt@ci.test"
        mail["Subject"] = subject
        mail["Message-ID"] = f"<{time.time_ns()}@cust.test>"
        for name, value in headers.items():
            mail[name.replace("_", "-")] = value
        mail.set_content(text)
        gateway = [
            "rt-mailgate-5",
            "--queue",
            "General",
            "--action",
            "correspond",
            "--url",
            self.url,
        ]
        subprocess.run(gateway, input=mail.as_bytes(), check=True, timeout=60, capture_output=True)

    def call(self, user: str, method: str, path: str, body: Any = None) -> Any:
        """Do something as a user, over REST 2; return what comes back."""
        headers = {"Authorization": f"token {self.tokens[user]}"}
        response = httpx.request(
            method, f"{self.url}/REST/2.0{path}", json=body, headers=headers, timeout=30,
            trust_env=False,
        )  # fmt: skip
        assert response.is_success, (response.status_code, response.text)
        return response.json()

    def tickets(self) -> list[int]:
        """Return the numbers of all tickets."""
        found = self.call(AGENT, "GET", "/tickets?query=id>0&per_page=100")["items"]
        return sorted(int(item["id"]) for item in found)

    def ticket(self, number: int) -> dict[str, str]:
        """Return owner, status and queue of a ticket."""
        found = self.call(AGENT, "GET", f"/ticket/{number}")
        queue = self.call(AGENT, "GET", f"/queue/{found['Queue']['id']}")
        return {"owner": found["Owner"]["id"], "status": found["Status"], "queue": queue["Name"]}

    def written(self, number: int) -> list[tuple[str, str, str]]:
        """Return kind, author and text of all that was written in a ticket, in order."""
        fields = "fields=Type,Creator&per_page=100"
        events = self.call(AGENT, "GET", f"/ticket/{number}/history?{fields}")["items"]
        kinds = {event["id"]: event["Type"] for event in events}
        fields = "fields=Content,Creator,TransactionId,ContentType&per_page=100"
        found = self.call(AGENT, "GET", f"/ticket/{number}/attachments?{fields}")["items"]
        texts = sorted((item for item in found if item["Content"]), key=lambda i: int(i["id"]))
        return [
            (kinds[item["TransactionId"]], item["Creator"]["id"], item["Content"].strip())
            for item in texts if item["ContentType"].startswith("text/")
            and item["TransactionId"] in kinds
        ]  # fmt: skip

    def mails(self) -> list[tuple[str, str]]:
        """Return recipient and text of every mail that was sent to the customer."""
        found = []
        for path in (self.folder / "mail").iterdir():
            mail = message_from_bytes(path.read_bytes(), policy=policy.default)
            assert isinstance(mail, EmailMessage)
            part = mail.get_body(("plain",))
            text = part.get_content() if part else ""
            if CUSTOMER in str(mail["To"]):
                found.append((str(mail["To"]), str(text)))
        return found


def _made(folder: Path, port: int, hook: str, secret: str) -> dict[str, str]:
    for name in ("var/mason", "var/session", "mail", "empty"):
        (folder / name).mkdir(parents=True)
    given = {"port": port, "folder": folder, "hook": hook, "secret": secret}
    (folder / "site.pm").write_text(_CONFIGURATION.format(**given), encoding="utf-8")
    script = folder / "sendmail"
    script.write_text(f'#!/bin/sh\ncat > "$(mktemp {folder}/mail/XXXXXXXX)"\n', encoding="utf-8")
    script.chmod(0o755)
    _run(folder, "rt-setup-database-5", "--action", "init", "--skip-create")
    (folder / "setup.pl").write_text(_SETUP, encoding="utf-8")
    told = _run(folder, "perl", str(folder / "setup.pl"), str(SCRIP))
    return dict(line.split() for line in told.splitlines() if len(line.split()) == 2)


def _started(folder: Path, port: int) -> subprocess.Popen[bytes]:
    command = [str(SERVER), "--host", "127.0.0.1", "--port", str(port), "--max-workers", "3"]
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(
            command, env=_environment(folder), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            start_new_session=True,
        )  # fmt: skip
    deadline = time.monotonic() + _STARTS_WITHIN
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return process
        except OSError:
            log_text = (folder / "server.log").read_text(errors="replace")
            assert process.poll() is None, log_text
            assert time.monotonic() < deadline, log_text
            time.sleep(0.1)


def _run(folder: Path, *command: str) -> str:
    done = subprocess.run(
        command, env=_environment(folder), stdin=subprocess.DEVNULL, capture_output=True, text=True,
        timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, (command, done.stdout, done.stderr)
    return done.stdout


def _environment(folder: Path) -> dict[str, str]:
    # The folder of further settings is empty: what the machine has installed is not asked.
    paths = {"RT_SITE_CONFIG": f"{folder}/site.pm", "RT_SITE_CONFIG_DIR": f"{folder}/empty"}
    path = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/bin"
    return {**os.environ, **paths, "PATH": path}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
