#!/usr/bin/env python3
"""podman as podman-compose expects it: Debian 12's podman 4.3 with four gaps closed.

1. `wait --condition=healthy` (podman 4.6) and health checks by the clock (they need systemd): the
   check itself is run until it succeeds, so `depends_on: service_healthy` is really waited for.
2. `wait --condition=stopped` of a container that failed never was "completed successfully".
3. `--requires` would start one-shot containers again whenever something that needs them starts.
4. `--add-host NAME:host-gateway` (podman 4.7) is left out.

Everything else goes to podman unchanged.
"""

import os
import subprocess
import sys
import time

PODMAN = "/usr/bin/podman"
PATIENCE = 900.0  # seconds
CLAIMED_VERSION = "4.6.0"  # the first one whose podman-compose waits for conditions


def wait_for(condition: str, containers: list[str]) -> int:
    """Wait until the condition holds for all containers; 1 if it no longer can."""
    deadline = time.monotonic() + PATIENCE
    for container in containers:
        while not (holds := check(condition, container)):
            if holds is None or time.monotonic() > deadline:
                print(f"{container} never became {condition}", file=sys.stderr)
                return 1
            time.sleep(1)
    return 0


def check(condition: str, container: str) -> bool | None:
    """Whether the condition holds; None if it never will."""
    status, exit_code = inspect(container).split()
    if status == "none":
        return None
    if condition == "healthy":
        healthy = status == "running" and run("healthcheck", "run", container) == 0
        return healthy or (None if status == "exited" else False)
    if status not in ("exited", "stopped"):
        return False
    return True if exit_code == "0" else None


def inspect(container: str) -> str:
    command = [PODMAN, "inspect", "-f", "{{.State.Status}} {{.State.ExitCode}}", container]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout or "none -1"


def run(*arguments: str) -> int:
    return subprocess.run([PODMAN, *arguments], capture_output=True, check=False).returncode


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["--version"]:
        print(f"podman version {CLAIMED_VERSION}")
        return 0
    if arguments[:1] == ["wait"]:
        condition = arguments[1].removeprefix("--condition=")
        if condition in ("healthy", "stopped"):
            return wait_for(condition, arguments[2:])
    os.execv(PODMAN, [PODMAN, *understood(arguments)])


def understood(arguments: list[str]) -> list[str]:
    kept = [argument for argument in arguments if not argument.startswith("--requires=")]
    for place in reversed(range(1, len(kept))):
        if kept[place - 1] == "--add-host" and kept[place].endswith(":host-gateway"):
            del kept[place - 1 : place + 1]
    return kept


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
