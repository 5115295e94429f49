"""The stack of docker-compose.yaml at work. The tests of this file build upon each other.

First as `docker compose up` starts it, then with data, then started anew with more profiles.
"""

import json
import ssl
import time
import urllib.request

import boto3
import psycopg
import pymongo.errors
import pytest
from botocore.exceptions import ClientError
from tests.containers.conftest import NAME

from vitals.connection_uris import s3_target
from vitals.orchestration import dag_runs, rest

pytestmark = [pytest.mark.containers, pytest.mark.timeout(3600)]

AGGREGATES = ("iot_agg_transform_daily", "iot_agg_transform_weekly", "iot_agg_transform_monthly")
TABLES = ("daily_health", "weekly_health", "monthly_health")
COUNTS = " union all ".join(f"select count(*) from agg.{table}" for table in TABLES)


def test_everything_comes_up_by_itself(stack):
    health = urllib.request.urlopen(
        f"http://127.0.0.1:{stack.ports['AIRFLOW']}/api/v2/monitor/health", timeout=10
    )
    parts = json.load(health)
    assert {part: state["status"] for part, state in parts.items()} == dict.fromkeys(
        ("metadatabase", "scheduler", "triggerer", "dag_processor"), "healthy"
    )
    for once in ("secrets", "airflow-init"):
        assert stack.wait_for_end(once) == 0, stack.log(f"{NAME}_{once}_1")


def test_every_dag_is_there_and_switched_on(stack):
    airflow = stack.airflow()
    wanted = {"iot_master_dag", "iot_raw_extract", "iot_stage_transform", *AGGREGATES}
    deadline = time.monotonic() + 180
    while not wanted <= set(airflow.dag_ids()):
        assert time.monotonic() < deadline, airflow.call("GET", "/importErrors")
        time.sleep(2)
    dags = airflow.call("GET", "/dags?limit=100")["dags"]
    assert not [dag["dag_id"] for dag in dags if dag["is_paused"]]
    assert airflow.call("GET", "/importErrors")["import_errors"] == []


def test_airflow_runs_as_an_ordinary_user_who_cannot_read_the_servers_secrets(stack):
    assert stack.run("airflow-scheduler", "id", "-u").strip() == "50000"
    listing = stack.run("airflow-scheduler", "stat", "-c", "%n %a %u", "/run/vitals/secrets.env")
    assert listing.split() == ["/run/vitals/secrets.env", "600", "0"]
    script = "cat /run/vitals/secrets.env /run/vitals/timescaledb.env 2>/dev/null | wc -c"
    assert stack.run("airflow-scheduler", "sh", "-c", script).strip() == "0"


def test_no_secret_shows_in_the_logs_or_to_who_may_inspect(stack):
    secrets = stack.secrets()
    assert all(len(value) >= 32 for value in secrets.values())
    for container in stack.containers():
        shown = json.dumps(stack.engine.inspect(container)) + stack.log(container)
        assert not [name for name, value in secrets.items() if value in shown], container


def test_the_databases_refuse_who_has_no_password(stack):
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(
            host="127.0.0.1",
            port=stack.ports["TIMESCALEDB"],
            user="postgres",
            password="postgres",
            dbname="vitals",
        )
    with stack.mongo() as client, pytest.raises(pymongo.errors.OperationFailure):
        client.iot.users.find_one()


def test_the_master_dag_takes_the_cohort_to_every_aggregate(stack):
    stack.up(profiles=["demo"])
    assert stack.wait_for_end("demo-cohort") == 0, stack.log(f"{NAME}_demo-cohort_1")
    airflow = stack.airflow()
    run_id = airflow.trigger("iot_master_dag", {})
    assert dag_runs.watch(airflow, "iot_master_dag", run_id, print) == "success"
    assert wait_for_quiet(airflow) == {"success"}
    assert all(count > 0 for (count,) in stack.rows(COUNTS))
    days, participants = stack.rows(
        "select count(*) filter (where is_valid_day), count(distinct participant_id)"
        " from agg.daily_health"
    )[0]
    assert participants == 3
    assert stack.rows("select count(*) from agg.participant_day where state = 'complete'")[0][0] > 0
    assert days >= 3 * 4


def test_analysts_see_no_raw_data(stack):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        stack.rows("select 1 from raw.iot__users")


def test_data_and_passwords_outlive_the_containers(stack):
    before = stack.rows(COUNTS), stack.secrets()
    stack.down()
    assert stack.containers() == []
    stack.up(
        profiles=["celery", "local-s3", "prod", "stream"],
        VITALS_EXECUTOR="CeleryExecutor",
        VITALS_STREAM="true",
        VITALS_BASE_URL=f"https://localhost:{stack.ports['HTTPS']}",
    )
    assert (stack.rows(COUNTS), stack.secrets()) == before


def test_a_celery_worker_runs_the_tasks(stack):
    airflow = stack.airflow()
    run_id = airflow.trigger("iot_raw_extract", {})
    assert dag_runs.watch(airflow, "iot_raw_extract", run_id, print) == "success"
    worker = stack.run("airflow-worker", "hostname").strip()
    hosts = {task["hostname"] for task in airflow.tasks("iot_raw_extract", run_id)}
    assert worker in hosts, hosts


def test_events_of_the_stream_become_facts(stack):
    airflow = stack.airflow()
    sent = stack.run("stream-sink", "vitals", "stream", "produce", "--events", "2000")
    assert json.loads(sent.splitlines()[-1])["failed"] == {}
    for dag_id in ("operational_extract", "heart_rate_stream_load"):
        run_id = airflow.trigger(dag_id, {})
        assert dag_runs.watch(airflow, dag_id, run_id, print) == "success", dag_id
    deadline = time.monotonic() + 300
    while (events := stack.rows("select count(*) from stage.fct_heart_rates")[0][0]) < 2000:
        assert time.monotonic() < deadline, (events, stack.log(f"{NAME}_stream-sink_1")[-5000:])
        run_id = airflow.trigger("heart_rate_stream_load", {})
        assert dag_runs.watch(airflow, "heart_rate_stream_load", run_id, print) == "success"
    assert events == 2000


def test_the_proxy_serves_the_web_ui_over_https(stack):
    authority = stack.run("caddy", "cat", "/data/caddy/pki/authorities/local/root.crt")
    trust = ssl.create_default_context(cadata=authority)
    address = f"https://localhost:{stack.ports['HTTPS']}/api/v2/version"
    with urllib.request.urlopen(address, timeout=30, context=trust) as answer:
        assert "version" in json.load(answer)
        assert answer.headers["Strict-Transport-Security"]


def test_the_local_s3_takes_objects_from_airflow_and_from_nobody_else(stack):
    script = "vitals-entrypoint printenv AIRFLOW_CONN_VITALS_S3"
    target = s3_target(stack.run("airflow-worker", *script.split()).strip())
    assert target.endpoint_url == "http://local-s3:9000"

    def client(access_key: str):
        return boto3.client(
            "s3",
            endpoint_url=f"http://127.0.0.1:{stack.ports['S3']}",
            aws_access_key_id=access_key,
            aws_secret_access_key=target.secret_key,
            region_name=target.region,
        )

    client(target.access_key).create_bucket(Bucket="lake")
    client(target.access_key).put_object(
        Bucket="lake", Key="day=2024-01-01", Body=b"1", StorageClass="DEEP_ARCHIVE"
    )
    with pytest.raises(ClientError, match="InvalidAccessKeyId"):
        client("vitals").list_objects_v2(Bucket="lake")


def wait_for_quiet(airflow: rest.Airflow, seconds: float = 900) -> set[str]:
    """Wait until no aggregate waits or runs; the states that their runs ended in."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        waiting = any(airflow.has_queued_events(dag_id) for dag_id in AGGREGATES)
        states = {run["state"] for dag_id in AGGREGATES for run in airflow.runs(dag_id)}
        if not waiting and states <= set(dag_runs.FINISHED) and states:
            return states
        time.sleep(2)
    raise AssertionError("the aggregate DAGs did not come to an end")
