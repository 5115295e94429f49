"""packages: Debian mirror and PyPI -> `.vitals/packages/`, one complete folder per server.

A folder is built under another name and renamed when it is whole, so a download that was cut off
leaves nothing that looks installed. A lock makes two runs at once do the work once.
"""

import contextlib
import fcntl
import pwd
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from vitals.embedded.account import running_as
from vitals.embedded.errors import EmbeddedError

NX_27017 = "nx-27017==0.8.1"
MINISTACK = "ministack==1.5.33"
NOIDA_DB = "noida-db==0.2.3"
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")


def install(target: Path, program: str, build: Callable[[Path], None]) -> Path:
    """Make `target` exist, whole: `build` fills a folder beside it, which is then renamed.

    Binaries have their own absolute path built in, so a folder that was moved or copied from
    elsewhere is not trusted and built again; neither is one whose `program` is gone.
    """
    if _is_whole(target, program):
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    with _exclusive(target.parent / f"{target.name}.lock"):
        if _is_whole(target, program):
            return target
        part = target.with_name(f"{target.name}.part")
        shutil.rmtree(part, ignore_errors=True)
        shutil.rmtree(target, ignore_errors=True)
        part.mkdir()
        build(part)
        (part / "installed-at").write_text(str(target))
        part.replace(target)
    return target


def install_environment(packages: Path, requirement: str) -> Path:
    """A virtual environment with one pinned server in it; returns its Python.

    The servers get environments of their own because their pins clash with Airflow's.
    """

    def build(folder: Path) -> None:
        run([_uv(), "venv", "--quiet", "--allow-existing", "--python", sys.executable, folder])
        python = folder / "bin" / "python"
        run([_uv(), "pip", "install", "--quiet", *_trust(), "--python", python, requirement])

    folder = packages / requirement.replace("==", "-")
    return install(folder, "bin/python", build) / "bin" / "python"


def _is_whole(target: Path, program: str) -> bool:
    try:
        at_home = (target / "installed-at").read_text() == str(target)
    except OSError:
        return False
    return at_home and (target / program).exists()


@contextlib.contextmanager
def _exclusive(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _uv() -> str:
    beside = Path(sys.executable).with_name("uv")
    found = str(beside) if beside.exists() else shutil.which("uv")
    if not found:
        raise EmbeddedError(f"uv is missing: {sys.executable} -m pip install uv")
    return found


def _trust() -> list[str]:
    """Trust what the machine trusts: a company's network may have a certificate of its own."""
    return ["--system-certs"] if CERTIFICATES.exists() else []


def run(
    command: Sequence[str | Path],
    cwd: Path | None = None,
    account: pwd.struct_passwd | None = None,
) -> None:
    """Run a command to its end; its last line of complaint becomes the error."""
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        cwd=cwd or "/",
        **running_as(account),
    )
    if done.returncode != 0:
        why = (done.stderr.strip() or done.stdout.strip()).splitlines()
        what = " ".join(map(str, command[:3]))
        raise EmbeddedError(f"`{what} ...` failed: {why[-1] if why else done.returncode}")
