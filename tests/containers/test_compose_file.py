"""docker-compose.yaml read by Docker Compose itself and by podman-compose."""

import json

import pytest
import yaml
from tests.containers.engine import PROJECT

pytestmark = [pytest.mark.containers, pytest.mark.timeout(1800)]

PROFILES = ("demo", "celery", "stream", "local-s3", "prod")
ONCE = {"secrets", "airflow-init", "demo-cohort"}

# Debian 13 packages Docker Compose 2; its `config` needs no Docker engine.
VALIDATOR = """\
FROM debian:trixie-slim
RUN apt-get update && apt-get install -y --no-install-recommends docker-compose
"""


@pytest.fixture(scope="module")
def docker_compose(engine, tmp_path_factory):
    """Run `docker compose` on our file; the result is its standard output."""
    context = tmp_path_factory.mktemp("validator")
    (context / "Dockerfile").write_text(VALIDATOR)
    image = "localhost/docker-compose"
    engine.podman("build", "--isolation", "chroot", "--layers", "-t", image, str(context))

    def docker_compose(*arguments: str) -> str:
        place = ("--network", "none", "-v", f"{PROJECT}:/project:ro", "-w", "/project")
        return engine.podman("run", "--rm", *place, image, "docker-compose", *arguments).stdout

    return docker_compose


@pytest.fixture(scope="module")
def services(docker_compose) -> dict:
    """All services as Docker Compose understands them."""
    return json.loads(docker_compose("--profile", "*", "config", "--format", "json"))["services"]


@pytest.mark.parametrize("profile", ["", *PROFILES])
def test_docker_compose_and_podman_compose_take_each_profile(engine, docker_compose, profile):
    docker_compose(*(["--profile", profile] if profile else []), "config", "--quiet")
    engine.compose("config", "--quiet", profiles=[profile] if profile else [])


def test_only_the_core_starts_without_a_profile(docker_compose):
    core = set(docker_compose("config", "--services").split())
    airflow = {"api-server", "scheduler", "dag-processor", "triggerer", "init"}
    servers = {"secrets", "timescaledb", "mongodb", "api", "dashboard"}
    assert core == servers | {f"airflow-{part}" for part in airflow}


def test_every_lasting_service_has_a_health_check(services):
    assert {name for name, service in services.items() if "healthcheck" not in service} == ONCE


def test_only_the_proxy_is_published_beyond_this_machine(services):
    public = {
        name
        for name, service in services.items()
        for port in service.get("ports", [])
        if port["host_ip"] != "127.0.0.1"
    }
    assert public == {"caddy"}


def test_all_state_is_in_named_volumes(services):
    mounts = [mount for service in services.values() for mount in service.get("volumes", [])]
    assert {mount["type"] for mount in mounts if not mount.get("read_only")} == {"volume"}
    declared = set(yaml.safe_load((PROJECT / "docker-compose.yaml").read_text())["volumes"])
    assert {mount["source"] for mount in mounts if mount["type"] == "volume"} == declared


def test_no_password_is_written_down(services):
    for name, service in services.items():
        for variable, value in (service.get("environment") or {}).items():
            assert not variable.endswith(("PASSWORD", "SECRET", "SECRET_KEY")), (name, variable)
            assert "://" not in str(value) or "@" not in str(value), (name, variable)
