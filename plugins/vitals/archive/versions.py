"""With what a part was written: program, schema, vocabulary; for whoever reads it years later."""

import hashlib
import os
import subprocess
import tomllib
from dataclasses import dataclass
from functools import cache

from vitals.archive.session import Session
from vitals.settings import PROJECT

_VOCABULARY = PROJECT / "include" / "dbt" / "seeds" / "dim_metric.csv"


@dataclass(frozen=True)
class Versions:
    """What a manifest and the metadata of a file say of their making."""

    schema_version: int
    server_version: int
    vocabulary_sha256: str
    code_version: str


def versions(session: Session) -> Versions:
    """Those of this program and of the warehouse."""
    [found] = session.rows("warehouse_version")
    vocabulary = hashlib.sha256(_VOCABULARY.read_bytes()).hexdigest()
    return Versions(**found, vocabulary_sha256=vocabulary, code_version=code_version())


@cache
def code_version() -> str:
    """`0.1.0`, with the commit where there is one: `0.1.0+6679aec`."""
    try:
        project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]["version"]
    except OSError:
        project = "unknown"
    commit = os.environ.get("VITALS_COMMIT") or _commit()
    return f"{project}+{commit}" if commit else project


def _commit() -> str:
    command = ["git", "-C", str(PROJECT), "rev-parse", "--short", "HEAD"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=10)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
