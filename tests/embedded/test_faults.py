"""What goes wrong on real machines: `up` gives a clear line, or brings things back by itself."""

import json
import os
import signal
import socket
import subprocess
import sys

import psycopg
import pymongo
import pytest
from tests.waiting import wait_until

from vitals import settings
from vitals.embedded import process, supervisor
from vitals.embedded.account import REACHABLE_BY_ALL, ensure_account, reachable
from vitals.embedded.errors import EmbeddedError
from vitals.embedded.mongodb import MongoDB
from vitals.embedded.s3 import S3
from vitals.embedded.timescaledb import TimescaleDB


@pytest.fixture
def mongodb(make_settings):
    service = MongoDB(make_settings())
    yield service
    service.down()


@pytest.fixture
def timescaledb(make_settings):
    service = TimescaleDB(make_settings())
    yield service
    service.down()


@pytest.fixture
def stranger():
    """A process that is none of ours."""
    program = subprocess.Popen(["sleep", "600"])
    yield program
    program.kill()
    program.wait()


def leader(service):
    return process.Record.read(service.record_file).process


def test_up_twice_starts_once(mongodb):
    assert mongodb.up() == "started"
    first = leader(mongodb)
    assert mongodb.up() == "running"
    assert leader(mongodb) == first
    assert mongodb.state() == "running"


def test_data_is_private(mongodb):
    mongodb.up()
    assert mongodb.folder.stat().st_mode & 0o777 == 0o700
    assert mongodb.log.parent.stat().st_mode & 0o777 == 0o700


def test_down_twice_is_fine(mongodb):
    mongodb.up()
    assert mongodb.down()
    assert not mongodb.down()
    assert mongodb.state() == "stopped"


def test_stale_record_of_a_reused_number_is_not_trusted(mongodb, stranger):
    boot = process.BOOT_ID.read_text().strip()
    old = process.Process(stranger.pid, started=1, boot=boot)
    process.Record(old, "").write(mongodb.record_file)
    assert mongodb.state().startswith("died")
    assert mongodb.up() == "started"
    mongodb.down()
    assert stranger.poll() is None


def test_record_of_an_earlier_boot_is_not_trusted(mongodb, stranger):
    started = process._stat(stranger.pid).started
    old = process.Process(stranger.pid, started, boot="another boot")
    process.Record(old, "").write(mongodb.record_file)
    assert mongodb.up() == "started"
    assert stranger.poll() is None


def test_unreadable_record_is_ignored(mongodb):
    mongodb.record_file.parent.mkdir(parents=True)
    mongodb.record_file.write_text('{"process": {"pid"')
    assert mongodb.up() == "started"


def test_taken_port_names_its_owner_and_the_remedy(mongodb):
    taken = socket.create_server(("127.0.0.1", mongodb.port))
    with taken, pytest.raises(EmbeddedError) as refused:
        mongodb.up()
    line = str(refused.value)
    assert f"port {mongodb.port} of mongodb is taken by" in line
    assert f"(process {os.getpid()})" in line
    assert "VITALS_MONGODB_PORT" in line
    assert mongodb.up() == "started"


def test_killed_document_store_comes_back_with_its_data(mongodb):
    mongodb.up()
    uri = f"mongodb://127.0.0.1:{mongodb.port}/"
    with pymongo.MongoClient(uri) as client:
        client.iot.users.insert_one({"user_id": "a"})
    os.kill(leader(mongodb).pid, signal.SIGKILL)
    wait_until(lambda: mongodb.state().startswith("died"))
    assert mongodb.up() == "started"
    with pymongo.MongoClient(uri) as client:
        assert client.iot.users.count_documents({}) == 1


def test_killed_database_comes_back_with_its_data(timescaledb):
    timescaledb.up()
    dsn = timescaledb.settings.warehouse_dsn
    with psycopg.connect(dsn) as connection:
        connection.execute("create table kept as select 1 as one")
    os.kill(leader(timescaledb).pid, signal.SIGKILL)
    wait_until(lambda: timescaledb.state().startswith("died"))
    assert timescaledb.up() == "started"
    with psycopg.connect(dsn) as connection:
        assert connection.execute("select one from kept").fetchone() == (1,)


def test_database_lock_of_a_reused_number_is_removed(timescaledb, stranger):
    timescaledb.up()
    lock = timescaledb.data / "postmaster.pid"
    content = lock.read_text()
    timescaledb.down()
    lock.write_text("\n".join([str(stranger.pid), *content.split("\n")[1:]]))
    assert timescaledb.up() == "started"


def test_half_made_data_directory_is_made_again(timescaledb):
    half = timescaledb.data.with_name(f"{timescaledb.data.name}.part")
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("17\n")
    assert timescaledb.up() == "started"
    assert not half.exists()


def test_failed_start_says_what_the_server_said(timescaledb):
    timescaledb.up()
    timescaledb.down()
    (timescaledb.data / "own.conf").write_text("shared_buffers = 'a lot'\n")
    with pytest.raises(EmbeddedError, match="timescaledb ended at once: .*contains errors.*log: "):
        timescaledb.up()


def test_lost_password_is_explained(timescaledb):
    timescaledb.up()
    home = timescaledb.settings.home
    forgetful = TimescaleDB(
        settings.load(
            {**timescaledb.settings.environment, "VITALS_POSTGRES_PASSWORD": "another"},
            project=home,
        )
    )
    with pytest.raises(EmbeddedError, match="made with another VITALS_POSTGRES_PASSWORD"):
        forgetful.up()
    assert forgetful.state().startswith("not well")


def test_own_configuration_of_the_database_counts(timescaledb):
    timescaledb.up()
    timescaledb.down()
    (timescaledb.data / "own.conf").write_text("work_mem = '7MB'\n")
    timescaledb.up()
    with psycopg.connect(timescaledb.settings.warehouse_dsn) as connection:
        assert connection.execute("show work_mem").fetchone() == ("7MB",)


def test_frozen_server_is_restarted(mongodb):
    mongodb.up()
    frozen = leader(mongodb)
    os.kill(frozen.pid, signal.SIGSTOP)
    mongodb.answer_timeout = mongodb.stop_timeout = 0.5  # it cannot hear the polite signal
    assert mongodb.up() == "restarted"
    assert not frozen.alive


def test_changed_setting_restarts_the_server(make_settings, free_port):
    before = make_settings()
    port = str(free_port())
    after = make_settings(VITALS_HOME=str(before.home), VITALS_MONGODB_PORT=port)
    first = MongoDB(before)
    first.up()
    second = MongoDB(after)
    try:
        assert second.up().startswith("restarted")
        assert second.state() == "running"
        assert first.settings.ports.mongodb != second.port
    finally:
        second.down()


def test_a_restart_names_the_settings_that_differ(mongodb):
    mongodb.up()
    record = process.Record.read(mongodb.record_file)
    assert json.loads(mongodb.record_file.read_text())["parts"]["PATH"] == record.parts["PATH"]
    other = {**record.parts, "SYNTHETIC": "00"}
    process.Record(record.process, "another", other).write(mongodb.record_file)
    assert mongodb.up() == "restarted (SYNTHETIC changed)"
    assert mongodb.up() == "running"


def test_what_outlives_its_leader_is_stopped_too(tmp_path):
    log = tmp_path / "log"
    command = ["sh", "-c", "sleep 600 & echo $!; exec sleep 601"]
    leading = process.launch(command, dict(os.environ), tmp_path, log)
    wait_until(lambda: log.exists() and log.read_text().strip())
    child = int(log.read_text())
    os.kill(leading.pid, signal.SIGKILL)
    os.waitpid(leading.pid, 0)
    assert process.session(leading) == [child]
    process.stop(leading, signal.SIGTERM, patience=2.0)
    assert process.session(leading) == []


def test_two_runs_at_once_are_refused(tmp_path):
    refused = pytest.raises(EmbeddedError, match="another `make up` or `make down`")
    with supervisor.alone(tmp_path), refused, supervisor.alone(tmp_path):
        pass
    with supervisor.alone(tmp_path):
        pass


def test_servers_of_the_user_are_left_alone(make_settings):
    given = make_settings(
        AIRFLOW_CONN_VITALS_MONGO="mongo://127.0.0.1:1/iot",
        AIRFLOW_CONN_VITALS_WAREHOUSE="postgresql://me@127.0.0.1:1/vitals",
    )
    names = [part.name for part in supervisor.parts(given, with_airflow=False)]
    assert names == ["warehouse", "s3", "api", "dashboard"]
    with_airflow = [part.name for part in supervisor.parts(given)]
    assert "timescaledb" in with_airflow  # Airflow's metadata need a place
    elsewhere = make_settings(
        AIRFLOW_CONN_VITALS_WAREHOUSE="postgresql://me@127.0.0.1:1/vitals",
        AIRFLOW__DATABASE__SQL_ALCHEMY_CONN="postgresql+psycopg2://me@127.0.0.1:1/airflow",
    )
    assert "timescaledb" not in [part.name for part in supervisor.parts(elsewhere)]


def test_unreachable_warehouse_is_one_line(make_settings):
    given = make_settings(AIRFLOW_CONN_VITALS_WAREHOUSE="postgresql://me@127.0.0.1:1/vitals")
    parts = [part for part in supervisor.parts(given, with_airflow=False) if part.name != "s3"]
    with pytest.raises(EmbeddedError) as refused:
        supervisor.up([part for part in parts if part.name == "warehouse"], print)
    assert "\n" not in str(refused.value)
    assert "127.0.0.1:1" in str(refused.value)


def test_one_failure_does_not_keep_the_others_from_starting(make_settings):
    given = make_settings()
    reports = []
    wanted = [MongoDB(given), S3(given)]
    taken = socket.create_server(("127.0.0.1", given.ports.mongodb))
    with taken, pytest.raises(EmbeddedError, match="VITALS_MONGODB_PORT"):
        supervisor.up(wanted, reports.append)
    try:
        assert [report.split()[:2] for report in reports] == [["s3", "started"]]
    finally:
        supervisor.down(wanted, reports.append)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs PostgreSQL as somebody else")
def test_folder_that_shuts_out_the_account_gets_a_stand_in(tmp_path, test_settings):
    account = ensure_account(test_settings.service_account)
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    stand_in = reachable(closed / "timescaledb", account)
    assert stand_in.parent == REACHABLE_BY_ALL
    assert reachable(closed / "timescaledb", account) == stand_in
    assert reachable(test_settings.home / "timescaledb", account).parent == test_settings.home


def test_server_does_not_hold_the_terminal(mongodb):
    """`make up | tee log` must end when `up` does: no server may keep the pipe open."""
    script = (
        "import sys; from vitals import settings; from vitals.embedded.mongodb import MongoDB;"
        "MongoDB(settings.load(project=__import__('pathlib').Path(sys.argv[1]))).up()"
    )
    given = mongodb.settings
    done = subprocess.run(  # which ends with the last of those who hold the pipe
        [sys.executable, "-c", script, given.project],
        env={**given.environment, "PYTHONPATH": str(settings.PROJECT / "plugins")},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert mongodb.state() == "running"
