"""engine: a bare Debian machine -> podman with every image that docker-compose.yaml names.

Nothing comes from an image registry. `debian:trixie-slim` is made by debootstrap from the Debian
mirror in the machine's apt sources; the database images are built from stand_ins/ and tagged with
the official names. All images, volumes and networks live in one folder, which `remove` deletes;
the Debian packages that were installed stay.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from vitals.embedded.debian import KEYRING, SUITE, _machine_mirrors

PROJECT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
HOME = Path(os.environ.get("VITALS_CONTAINERS_HOME", "/var/tmp/vitals-containers"))

PACKAGES = ("podman", "runc", "netavark", "aardvark-dns", "iptables", "debootstrap")
PODMAN_COMPOSE = "podman-compose==1.6.0"
BASE_IMAGE = "docker.io/library/debian:trixie-slim"
COMPOSE_TIMEOUT = 1500.0  # seconds; it waits for ever for a service that failed to start
STAND_INS = ("timescaledb", "mongo", "redis", "caddy", "kafka")

ENGINE_CONFIGURATION = """\
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=2048:2048"]
log_driver = "k8s-file"
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
tmp_dir = "{home}/run/libpod"
volume_path = "{home}/volumes"
[network]
network_backend = "netavark"
network_config_dir = "{home}/networks"
"""

STORAGE_CONFIGURATION = """\
[storage]
driver = "overlay"
graphroot = "{home}/storage"
runroot = "{home}/run/storage"
"""

# What debian:trixie-slim leaves out of a minimal Debian, too.
SLIMMED = ("usr/share/doc", "usr/share/man", "usr/share/info", "usr/share/locale", "var/cache/apt")


class Engine:
    """Podman with a folder of its own."""

    def __init__(self, home: Path = HOME) -> None:
        self.home = home
        self.environment = {
            "CONTAINERS_CONF": str(home / "containers.conf"),
            "CONTAINERS_STORAGE_CONF": str(home / "storage.conf"),
            "BUILDAH_ISOLATION": "chroot",
            "DISABLE_HC_SYSTEMD": "true",
            "TMPDIR": str(home / "tmp"),  # where builds keep their caches
        }

    def prepare(self) -> None:
        """Install the programs, write the configuration, have the base image and the stand-ins."""
        (self.home / "tmp").mkdir(parents=True, exist_ok=True)
        self._install()
        for name, text in (
            ("containers.conf", ENGINE_CONFIGURATION),
            ("storage.conf", STORAGE_CONFIGURATION),
        ):
            (self.home / name).write_text(text.format(home=self.home))
        if self.podman("image", "exists", BASE_IMAGE, check=False).returncode != 0:
            self._make_base_image()
        images = self.official_images()
        for name in STAND_INS:
            self._build_stand_in(name, images[name])

    def remove(self) -> None:
        """Delete every container, image, volume and network of this engine, then its folder."""
        self.podman("system", "reset", "--force", check=False)
        shutil.rmtree(self.home, ignore_errors=True)

    def podman(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run podman; its standard output is in the result."""
        return run(["podman", *arguments], env=self.environment, check=check)

    def compose(
        self,
        *arguments: str,
        profiles: Sequence[str] = (),
        settings: Mapping[str, str] | None = None,
        check: bool = True,
    ) -> subprocess.CompletedProcess[str]:
        """Run podman-compose on our docker-compose.yaml with `settings` in its environment."""
        words = [str(self.home / "podman-compose" / "bin" / "podman-compose")]
        words += ["--podman-path", str(HERE / "podman_shim.py")]
        words += ["--podman-build-args", " ".join(self._build_arguments())]
        words += ["--file", str(PROJECT / "docker-compose.yaml")]
        words += [word for profile in profiles for word in ("--profile", profile)]
        env = {**self.environment, **(settings or {})}
        return run([*words, *arguments], env=env, check=check, timeout=COMPOSE_TIMEOUT)

    def official_images(self) -> dict[str, str]:
        """Image by short name, as docker-compose.yaml names them by default."""
        configuration = self.compose("config", profiles=("celery", "prod", "stream")).stdout
        images = [
            line.split(":", 1)[1].strip()
            for line in configuration.splitlines()
            if line.strip().startswith("image: docker.io/")
        ]
        return {image.rpartition("/")[2].partition(":")[0]: image for image in images}

    def inspect(self, container: str) -> dict:
        """Everything podman knows of a container."""
        return json.loads(self.podman("inspect", container).stdout)[0]

    def _install(self) -> None:
        programs = ("podman", "runc", "iptables", "debootstrap")
        have = all(shutil.which(program, path=f"{os.defpath}:/usr/sbin") for program in programs)
        if not have or not Path("/usr/lib/podman/netavark").exists():
            run(["apt-get", "update", "-q"])
            # RUNLEVEL=1: no service of a package is started
            env = {"RUNLEVEL": "1", "DEBIAN_FRONTEND": "noninteractive"}
            run(["apt-get", "install", "-y", "--no-install-recommends", *PACKAGES], env=env)
        python = self.home / "podman-compose" / "bin" / "python"
        if not python.exists():
            run([sys.executable, "-m", "venv", str(python.parents[1])])
            run([str(python), "-m", "pip", "install", "--quiet", PODMAN_COMPOSE])

    def _make_base_image(self) -> None:
        root = self.home / "base"
        shutil.rmtree(root, ignore_errors=True)
        mirror, security = _machine_mirrors()
        script = ["debootstrap", f"--keyring={KEYRING}", "--variant=minbase"]
        run([*script, "--include=ca-certificates", SUITE, str(root), mirror])
        sources = [f"deb {mirror} {SUITE} main"]
        if security:
            sources.append(f"deb {security} {SUITE}-security main")
        (root / "etc/apt/sources.list").write_text("\n".join(sources) + "\n")
        (root / "etc/apt/apt.conf.d/90machine").write_text(apt_settings())
        for folder in SLIMMED:
            shutil.rmtree(root / folder, ignore_errors=True)
        for file in (root / "var/lib/apt/lists").glob("*_*"):
            file.unlink()
        pack = f"tar -C {root} --one-file-system -c . | podman import - {BASE_IMAGE}"
        run(["bash", "-o", "pipefail", "-c", pack], env=self.environment)
        shutil.rmtree(root)

    def _build_stand_in(self, name: str, image: str) -> None:
        context = self.home / "contexts" / name
        shutil.rmtree(context, ignore_errors=True)
        shutil.copytree(HERE / "stand_ins" / name, context)
        if name == "mongo":
            shutil.copy(PROJECT / "plugins/vitals/embedded/nx_server.py", context)
        self.podman("build", *self._build_arguments(), "-t", image, str(context))

    def _build_arguments(self) -> list[str]:
        """The machine's package index and certificates, for the time of the build only."""
        arguments = ["--isolation", "chroot", "--layers"]
        for name in ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL"):
            if value := os.environ.get(name):
                arguments += ["--build-arg", f"{name}={value}"]
        if certificates := os.environ.get("PIP_CERT") or os.environ.get("SSL_CERT_FILE"):
            inside = "/run/machine-certificates.crt"
            arguments += ["--volume", f"{certificates}:{inside}:ro"]
            arguments += ["--build-arg", f"PIP_CERT={inside}"]
        return arguments


def apt_settings() -> str:
    """How this machine's apt reaches its mirror: proxies, retries, checks of validity."""
    listing = run(["apt-config", "dump", "--format", "%F %v%n"]).stdout
    wanted = ("Acquire::Check-", "Acquire::http", "Acquire::https", "Acquire::Retries")
    pairs = (line.split(" ", 1) for line in listing.splitlines() if " " in line)
    return "".join(f'{k} "{v}";\n' for k, v in pairs if k.startswith(wanted) and v.strip())


def run(
    command: Sequence[str],
    env: Mapping[str, str] | None = None,
    check: bool = True,
    timeout: float | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run a command; if it fails, the end of what it said is the error."""
    done = subprocess.run(
        command,
        env={**os.environ, **(env or {})},
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        cwd=PROJECT,
        timeout=timeout,
    )
    if check and done.returncode != 0:
        said = (done.stdout + done.stderr).splitlines()[-40:]
        raise RuntimeError(f"{' '.join(command)[:300]} failed:\n" + "\n".join(said))
    return done
