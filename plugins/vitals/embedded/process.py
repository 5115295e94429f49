"""process: a command -> a process of its own session that a later run can find, trust and stop.

A process number alone proves nothing: after a crash or a reboot another program may have it. So a
record also keeps when the process started and in which boot. Each server leads a session of its
own, and stopping it stops whatever is left of that session: Airflow's workers outlive their parent.
"""

import json
import os
import pwd
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from vitals.embedded.account import running_as

PROC = Path("/proc")
BOOT_ID = PROC / "sys/kernel/random/boot_id"


@dataclass(frozen=True)
class Process:
    """A started server: its process (and session) number, its start in clock ticks, its boot."""

    pid: int
    started: int
    boot: str

    @classmethod
    def of(cls, pid: int) -> "Process":
        """The process that has this number now."""
        stat = _stat(pid)
        return cls(pid, stat.started if stat else 0, _boot())

    @property
    def alive(self) -> bool:
        """Whether exactly this process still runs; a zombie does not."""
        stat = _stat(self.pid)
        if stat is None or self.boot != _boot():
            return False
        return stat.started == self.started and stat.runs


@dataclass(frozen=True)
class Record:
    """What `run/<name>.json` keeps: the process and a mark of the configuration it runs with.

    `parts` marks each of its settings, to name those that differ; too briefly to give away a value.
    """

    process: Process
    configuration: str
    parts: Mapping[str, str] = field(default_factory=dict)

    def write(self, path: Path) -> None:
        """Keep the record, whole or not at all."""
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        part.write_text(json.dumps(asdict(self)))
        part.replace(path)

    @classmethod
    def read(cls, path: Path) -> "Record | None":
        """The record of an earlier run; None if there is none or it is not readable as one."""
        try:
            kept = json.loads(path.read_text())
            parts = kept.get("parts", {})
            return cls(Process(**kept["process"]), kept["configuration"], parts)
        except (OSError, ValueError, TypeError, KeyError):
            return None


def launch(
    command: Sequence[str | Path],
    environment: Mapping[str, str],
    folder: Path,
    log: Path,
    account: pwd.struct_passwd | None = None,
) -> Process:
    """Start a server that outlives this program, its output appended to `log`.

    Args:
        command: program and arguments.
        environment: all of its environment.
        folder: its working directory.
        log: the file for its standard output and error.
        account: who runs it, if not the current user.
    """
    log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with log.open("ab") as output:
        started = subprocess.Popen(
            [str(word) for word in command],
            env=dict(environment),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            umask=0o077,
            **running_as(account),
        )
    return Process.of(started.pid)


def stop(process: Process, how: signal.Signals, patience: float) -> None:
    """End a server and all that is left of its session: politely, after `patience` s by force.

    Processes of another boot, or a stranger that has the number now, are left alone.
    """
    if process.boot != _boot():
        return
    if process.alive:
        os.kill(process.pid, how)
        _wait(lambda: not process.alive, patience)
    left = session(process)
    for sign, seconds in ((signal.SIGTERM, patience / 2), (signal.SIGKILL, 30.0)):
        _signal(left, sign)
        _wait(lambda: not session(process), seconds)
        left = session(process)
        if not left:
            return


def session(process: Process) -> list[int]:
    """Numbers of the living processes in the session that `process` led.

    If the number has a new owner, nothing of the old session can be left: the kernel does not give
    out a number while a session carries it.
    """
    if process.boot != _boot():
        return []
    leader = _stat(process.pid)
    if leader and leader.started != process.started:
        return []
    numbers = (int(entry.name) for entry in PROC.iterdir() if entry.name.isdecimal())
    found = ((number, _stat(number)) for number in numbers)
    return [number for number, stat in found if stat and stat.runs and stat.session == process.pid]


def describe_port_owner(port: int) -> str:
    """Who listens on a port of this machine, for a person: "'name' (process 123)" or ""."""
    sockets = _listening_sockets(port)
    for entry in PROC.iterdir():
        if entry.name.isdecimal() and sockets & _sockets_of(entry):
            name = (entry / "comm").read_text().strip()
            return f"'{name}' (process {entry.name})"
    return ""


@dataclass(frozen=True)
class _Stat:
    state: str
    session: int
    started: int

    @property
    def runs(self) -> bool:
        return self.state not in ("Z", "X")


def _stat(pid: int) -> _Stat | None:
    try:
        # The name is in parentheses and may itself contain spaces and parentheses.
        fields = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return _Stat(state=fields[0], session=int(fields[3]), started=int(fields[19]))


def _boot() -> str:
    return BOOT_ID.read_text().strip()


def _signal(pids: Sequence[int], sign: signal.Signals) -> None:
    for pid in pids:
        try:
            os.kill(pid, sign)
        except ProcessLookupError:
            continue


def _wait(condition: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)


def _listening_sockets(port: int) -> set[str]:
    sockets = set()
    for table in (PROC / "net/tcp", PROC / "net/tcp6"):
        if not table.exists():  # a kernel without IPv6
            continue
        rows = (line.split() for line in table.read_text().splitlines()[1:])
        sockets |= {
            f"socket:[{row[9]}]"
            for row in rows
            if row[3] == "0A" and int(row[1].rpartition(":")[2], 16) == port
        }
    return sockets


def _sockets_of(entry: Path) -> set[str]:
    try:
        return {_target(descriptor) for descriptor in (entry / "fd").iterdir()}
    except OSError:  # not ours to look into, or gone
        return set()


def _target(descriptor: Path) -> str:
    try:
        return str(descriptor.readlink())
    except OSError:  # closed meanwhile
        return ""
