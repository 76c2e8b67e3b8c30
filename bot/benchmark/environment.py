"""The environment that both sides run in: the same for both, and nothing of the caller's own."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

_INHERITED = ("HOME", "USER", "LANG", "LC_ALL", "TZ", "TMPDIR", "LD_LIBRARY_PATH")
_FIXED = {
    "RASA_TELEMETRY_ENABLED": "false",
    "HF_HUB_OFFLINE": "1",
    "OMP_NUM_THREADS": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "PYTHONUNBUFFERED": "1",  # so that the log is complete when a process is killed
}


def server_environment(caller: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the environment of every measured process.

    Only what a program needs to find its home and its libraries is inherited: a ``PORT``, a
    ``MODELS`` or a ``PYTHONPATH`` of the caller would change one side and not the other.
    """
    caller = os.environ if caller is None else caller
    kept = {name: caller[name] for name in _INHERITED if name in caller}
    programs = [str(Path(sys.executable).parent), caller.get("PATH", os.defpath)]
    return {**kept, **_FIXED, "PATH": os.pathsep.join(programs)}
