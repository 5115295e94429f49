"""account: who runs PostgreSQL, which refuses to run as root.

As an ordinary user nothing is needed: that user runs it, in `.vitals/`. As root the server runs as
a system account without login, which must be able to reach its files: where a folder above them
shuts it out (`/root` is closed to everyone else), they live under `/var/lib/vitals-warehouse/`.
"""

import hashlib
import os
import pwd
import shutil
import subprocess
from pathlib import Path
from typing import Any

from vitals.embedded.errors import EmbeddedError

REACHABLE_BY_ALL = Path("/var/lib/vitals-warehouse")


def ensure_account(name: str) -> pwd.struct_passwd | None:
    """The account that runs PostgreSQL, made if it is missing; None if we are not root."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(name)
    except KeyError:
        _create(name)
        return pwd.getpwnam(name)


def reachable(path: Path, account: pwd.struct_passwd | None) -> Path:
    """`path`, or its stand-in under /var/lib if `account` cannot get to where `path` is."""
    if account is None or _can_enter(_existing_parent(path), account):
        return path
    mark = hashlib.sha256(str(path).encode()).hexdigest()[:12]
    return REACHABLE_BY_ALL / f"{path.name}-{mark}"


def running_as(account: pwd.struct_passwd | None) -> dict[str, Any]:
    """Arguments of `subprocess` that make `account` run a program; none for the current user."""
    if account is None:
        return {}
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def _create(name: str) -> None:
    if shutil.which("useradd") is None:
        raise EmbeddedError(
            f"PostgreSQL needs a user other than root and `useradd` is missing: create user {name} "
            "(or set VITALS_SERVICE_ACCOUNT to an existing one), or run make as an ordinary user"
        )
    command = ["useradd", "--system", "--user-group", "--no-create-home"]
    command += ["--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin", name]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    if made.returncode not in (0, 9):  # 9: another run made it meanwhile
        raise EmbeddedError(f"cannot create the user {name}: {made.stderr.strip()}")


def _existing_parent(path: Path) -> Path:
    return next(parent for parent in path.parents if parent.exists())


def _can_enter(folder: Path, account: pwd.struct_passwd) -> bool:
    """Whether the account may pass through `folder` and all above it, asked of the kernel."""
    asked = subprocess.run(
        ["test", "-x", f"{folder}/."],
        cwd="/",
        check=False,
        **running_as(account),
    )
    return asked.returncode == 0
