"""What `make up` promises of its servers, and what happens when one of them is killed.

Runs after all others of this folder: it ends with `make down`.
"""

import json
import os
import signal
import urllib.error
import urllib.request

import pytest
from tests.waiting import wait_until

from vitals import settings
from vitals.embedded import process, supervisor
from vitals.embedded.airflow_environment import PASSWORDS_FILE
from vitals.embedded.service import Service

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def given(stack):
    return stack.settings


@pytest.fixture(scope="module")
def running(given):
    """The services by name."""
    return {part.name: part for part in supervisor.parts(given) if isinstance(part, Service)}


def leader(service):
    return process.Record.read(service.record_file).process


def token(given, password):
    request = urllib.request.Request(
        f"{given.airflow_url}/auth/token",
        data=json.dumps({"username": settings.AIRFLOW_USER, "password": password}).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)["access_token"]


def test_all_of_it_is_well(running):
    wait_until(lambda: {service.state() for service in running.values()} == {"running"}, pause=1)


def test_only_the_generated_password_opens_it(running, given):
    assert token(given, given.secrets.airflow_password)
    for wrong in (settings.AIRFLOW_USER, "airflow", ""):
        with pytest.raises(urllib.error.HTTPError) as refused:
            token(given, wrong)
        assert refused.value.code in (400, 401)
    assert (given.home / "airflow" / PASSWORDS_FILE).stat().st_mode & 0o777 == 0o600


def test_nothing_listens_beyond_this_machine(running):
    ours = {pid for service in running.values() for pid in process.session(leader(service))}
    sockets = {socket for pid in ours for socket in process._sockets_of(process.PROC / str(pid))}
    tables = [process.PROC / "net" / name for name in ("tcp", "tcp6")]
    rows = [line.split() for table in tables for line in table.read_text().splitlines()[1:]]
    listening = {row[1] for row in rows if row[3] == "0A" and f"socket:[{row[9]}]" in sockets}
    assert len(listening) >= 4
    assert {address.partition(":")[0] for address in listening} == {"0100007F"}  # 127.0.0.1


def test_killed_scheduler_comes_back_alone(running, given):
    before = {name: leader(service) for name, service in running.items()}
    for pid in process.session(before["airflow-scheduler"]):
        os.kill(pid, signal.SIGKILL)
    wait_until(lambda: running["airflow-scheduler"].state().startswith("died"))
    supervisor.up(supervisor.parts(given), print)
    after = {name: leader(service) for name, service in running.items()}
    assert {name for name in after if after[name] != before[name]} == {"airflow-scheduler"}
    wait_until(lambda: running["airflow-scheduler"].state() == "running", pause=1)


def test_down_leaves_no_process(running, given):
    leaders = [leader(service) for service in running.values()]
    supervisor.down(supervisor.all_parts(given), print)
    assert [process.session(leading) for leading in leaders] == [[]] * len(leaders)
    assert {service.state() for service in running.values()} == {"stopped"}
