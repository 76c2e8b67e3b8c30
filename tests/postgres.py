"""A PostgreSQL server of the tests' own, on a Unix socket in their folder."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg2


@dataclass(frozen=True)
class PostgresServer:
    """A server that runs; it refuses to be root, so root runs it as somebody else."""

    folder: Path

    @classmethod
    @contextmanager
    def running(cls) -> Iterator[PostgresServer]:
        """Run a server in a new folder that is gone at the end."""
        short = Path(tempfile.mkdtemp(prefix="pg-"))  # sockets have short paths
        if os.getuid() == 0:
            user = pwd.getpwnam("postgres" if _is_user("postgres") else "nobody")
            os.chown(short, user.pw_uid, user.pw_gid)
        server = cls(short)
        try:
            server._do("initdb", "-D", "data", "-A", "trust", "-U", "termwise", "-E", "UTF8")
            server.start()
            yield server
        finally:
            server._do("pg_ctl", "-D", "data", "-m", "immediate", "stop", check=False)
            shutil.rmtree(short, ignore_errors=True)

    def new_database(self) -> str:
        """Return the URL of a new database."""
        name = f"t{uuid.uuid4().hex[:12]}"
        self._do("createdb", "-h", str(self.folder), "-U", "termwise", name)
        return f"postgresql://termwise@/{name}?host={self.folder}"

    def restart(self) -> None:
        """Let it crash, and start it again."""
        self.crash()
        self.start()

    def crash(self) -> None:
        """End it as a power cut does."""
        self._do("pg_ctl", "-D", "data", "-m", "immediate", "stop")

    def stop(self) -> None:
        """Stop it in good order; who is connected is cut off."""
        self._do("pg_ctl", "-D", "data", "-m", "fast", "stop")

    def cut_off(self) -> int:
        """End all connections; return how many there were."""
        with closing(
            psycopg2.connect(f"postgresql://termwise@/postgres?host={self.folder}")
        ) as own:
            own.autocommit = True
            with own.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
                )
                return len(cursor.fetchall())

    def start(self) -> None:
        """Start it."""
        options = f"-k {self.folder} -c listen_addresses='' -c fsync=off"
        self._do("pg_ctl", "-D", "data", "-w", "-l", "log", "-o", options, "start")

    def _do(self, *command: str, check: bool = True) -> None:
        done = subprocess.run(
            command, cwd=self.folder, check=False, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **_as_user(),
        )  # fmt: skip
        assert done.returncode == 0 or not check, command


def _is_user(name: str) -> bool:
    return any(entry.pw_name == name for entry in pwd.getpwall())


def _as_user() -> dict[str, object]:
    if os.getuid() != 0:
        return {}
    name = "postgres" if _is_user("postgres") else "nobody"
    groups: Sequence[int] = ()
    return {"user": name, "group": pwd.getpwnam(name).pw_gid, "extra_groups": groups}
