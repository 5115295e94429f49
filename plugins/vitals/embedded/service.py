"""service: what every embedded server has in common: prepare -> start -> wait until it is well."""

import hashlib
import json
import pwd
import shutil
import signal
import socket
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path

from vitals.embedded import process
from vitals.embedded.errors import EmbeddedError
from vitals.settings import Settings


class NotReady(Exception):
    """The server does not answer as it should (yet); the message says what it lacks."""


class Part(ABC):
    """Something that `up` brings about: a server, or a step that other parts wait for.

    Attributes:
        name: its name in reports.
        needs: names of the parts that must be there before it.
    """

    name: str
    needs: tuple[str, ...] = ()

    def __init__(self, settings: Settings) -> None:
        """Only remembers the settings."""
        self.settings = settings

    @property
    def port(self) -> int | None:
        """The port it listens on, None if it listens on none."""
        return None

    @abstractmethod
    def up(self) -> str:
        """Bring it about; returns in one word what was done.

        Raises:
            EmbeddedError: it cannot be done.
        """


class Service(Part):
    """One server. A subclass says how it is installed, prepared, started and checked.

    Attributes:
        port_setting: the variable that moves its port.
        stop_signal: how it is asked to end.
        start_timeout: seconds it may take until it is well.
        answer_timeout: seconds a running one may take to answer before it counts as hung.
        stop_timeout: seconds it may take to end before it is killed.
    """

    port_setting: str = ""
    stop_signal = signal.SIGTERM
    start_timeout = 180.0  # a busy machine; one that died is noticed at once
    answer_timeout = 20.0
    stop_timeout = 20.0

    @property
    def account(self) -> pwd.struct_passwd | None:
        """Who runs it, if not the current user."""
        return None

    @property
    def log(self) -> Path:
        """Where its output goes."""
        return self.settings.home / "logs" / f"{self.name}.log"

    @property
    def folder(self) -> Path:
        """Its working directory and state."""
        return self.settings.home / self.name

    @property
    def record_file(self) -> Path:
        """Where its process is remembered."""
        return self.settings.home / "run" / f"{self.name}.json"

    def prepare(self) -> None:
        """Everything before the start: installation, first-time set-up, configuration files."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # people's health data

    @abstractmethod
    def command(self) -> list[str | Path]:
        """Program and arguments."""

    def environment(self) -> Mapping[str, str]:
        """Its whole environment."""
        return {"PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": str(self.folder)}

    @abstractmethod
    def check(self) -> None:
        """Ask the server whether it is well.

        Raises:
            NotReady: it is not.
        """

    def configure(self) -> None:  # noqa: B027  (most servers have nothing to configure)
        """What can only be done once it runs, such as making users; repeated at every `up`."""

    def up(self) -> str:
        """Have it running and well; returns what was done: "started", "restarted", "running".

        One that is restarted because a setting differs names the setting.

        Raises:
            EmbeddedError: it cannot be started.
        """
        record = process.Record.read(self.record_file)
        done = "started"
        if record and record.process.alive:
            if record.configuration == self._configuration() and self._is_well():
                self.configure()
                return "running"
            changed = self._changes(record)
            done = f"restarted ({', '.join(changed)} changed)" if changed else "restarted"
        self.down()
        self.prepare()
        self._refuse_taken_port()
        self._trim_log()
        launched = process.launch(
            self.command(), self.environment(), self.folder, self.log, self.account
        )
        process.Record(launched, self._configuration(), self._parts()).write(self.record_file)
        self._wait_until_well(launched)
        self.configure()
        return done

    def down(self) -> bool:
        """Stop it, if it is there; returns whether it was running."""
        record = process.Record.read(self.record_file)
        was_running = bool(record and record.process.alive)
        if record:
            process.stop(record.process, self.stop_signal, self.stop_timeout)
            if process.session(record.process):
                raise EmbeddedError(f"cannot stop {self.name}: it survives being killed")
        self.record_file.unlink(missing_ok=True)
        return was_running

    def state(self) -> str:
        """One word or phrase for `status`: running, stopped, or what is the matter."""
        record = process.Record.read(self.record_file)
        if not record:
            return "stopped"
        if not record.process.alive:
            return f"died (log: {self.log})"
        try:
            self.check()
        except (NotReady, EmbeddedError) as reason:
            return f"not well: {reason}"
        return "running"

    def configuration_text(self) -> str:
        """What else it reads at its start, beside its command and environment."""
        return ""

    def _configuration(self) -> str:
        """A mark that changes when it would be started differently."""
        command = [str(word) for word in self.command()]
        how = [command, sorted(self.environment().items()), self.configuration_text()]
        return hashlib.sha256(json.dumps(how).encode()).hexdigest()

    def _parts(self) -> dict[str, str]:
        """A mark for each setting by its name; the first letters of the hash are not the secret."""
        parts = {**self.environment(), "its command": " ".join(map(str, self.command()))}
        parts["its files"] = self.configuration_text()
        return {name: hashlib.sha256(text.encode()).hexdigest()[:2] for name, text in parts.items()}

    def _changes(self, record: process.Record) -> list[str]:
        """The names of settings that differ from those it was started with."""
        before, now = record.parts, self._parts()
        names = sorted(before.keys() | now.keys()) if before else []
        return [name for name in names if before.get(name) != now.get(name)]

    def _is_well(self) -> bool:
        deadline = time.monotonic() + self.answer_timeout
        while True:
            try:
                self.check()
            except NotReady:
                if time.monotonic() > deadline:
                    return False
                time.sleep(0.2)
            else:
                return True

    def _wait_until_well(self, launched: process.Process) -> None:
        deadline = time.monotonic() + self.start_timeout
        while True:
            try:
                self.check()
                return
            except NotReady as reason:
                if not launched.alive:
                    raise EmbeddedError(
                        f"{self.name} ended at once: {self._last_words()}"
                    ) from None
                if time.monotonic() > deadline:
                    raise EmbeddedError(
                        f"{self.name} is not well after {self.start_timeout:.0f} s ({reason}); "
                        f"its log is {self.log}"
                    ) from None
            time.sleep(0.2)

    def _refuse_taken_port(self) -> None:
        if self.port is None:
            return
        with socket.socket() as probe:
            # As the servers do; connections of an ended server do not make its port taken.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", self.port))
            except PermissionError:
                raise EmbeddedError(
                    f"port {self.port} of {self.name} needs root: set {self.port_setting}"
                ) from None
            except OSError:
                owner = process.describe_port_owner(self.port)
                raise EmbeddedError(
                    f"port {self.port} of {self.name} is taken{' by ' + owner if owner else ''}: "
                    f"stop that program or set {self.port_setting} to another port"
                ) from None

    def _trim_log(self, keep: int = 20_000_000) -> None:
        """Start a new log once it is large; the one before is kept."""
        if self.log.exists() and self.log.stat().st_size > keep:
            shutil.move(self.log, self.log.with_suffix(".log.1"))

    def _last_words(self) -> str:
        lines = self.log.read_text(errors="replace").strip().splitlines()
        return f"{lines[-1] if lines else 'no output'} (log: {self.log})"
