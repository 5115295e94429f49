"""Settings: who wins, what is derived, and what is refused."""

import dataclasses
import re
from pathlib import Path

import pytest

from vitals import connection_uris, settings
from vitals.settings import SettingError

SOURCE = Path(settings.__file__)
DBT_PROJECT = settings.PROJECT / "include" / "dbt" / "dbt_project.yml"
EXAMPLE = settings.PROJECT / ".env.example"


def load(tmp_path, **environ):
    return settings.load(environ, project=tmp_path)


def test_environment_wins_over_env_file_and_that_over_generated(tmp_path):
    (tmp_path / ".vitals").mkdir()
    (tmp_path / ".vitals" / "secrets.env").write_text("VITALS_ANALYST_PASSWORD=generated\n")
    assert load(tmp_path).secrets.analyst_password == "generated"
    (tmp_path / ".env").write_text("VITALS_ANALYST_PASSWORD='from file'\n")
    assert load(tmp_path).secrets.analyst_password == "from file"
    given = load(tmp_path, VITALS_ANALYST_PASSWORD="from shell")
    assert given.secrets.analyst_password == "from shell"


def test_empty_variable_counts_as_not_set(tmp_path):
    (tmp_path / ".env").write_text("VITALS_DEFAULT_TIME_ZONE=Europe/Oslo\n")
    assert load(tmp_path, VITALS_DEFAULT_TIME_ZONE="").default_time_zone == "Europe/Oslo"


def test_env_file_forms(tmp_path):
    file = tmp_path / ".env"
    lines = ["# comment", "", "A=1", 'export B="two words"', "C='x=y # z'", " D = 4 # four", "#E=5"]
    file.write_text("\n".join([*lines, "not a setting"]))
    expected = {"A": "1", "B": "two words", "C": "x=y # z", "D": "4"}
    assert settings.read_env_file(file) == expected


def test_everything_is_on_loopback_at_the_documented_ports(tmp_path):
    given = load(tmp_path)
    assert given.external == frozenset()
    assert given.warehouse_dsn == "postgresql://vitals:@127.0.0.1:5433/vitals"
    assert given.mongo_uri == "mongodb://127.0.0.1:27017/iot"
    assert given.mongo_database == "iot"
    assert given.s3.endpoint_url == "http://127.0.0.1:9000"
    assert given.airflow_url == "http://127.0.0.1:8080"


def test_ports_move_the_derived_connections(tmp_path):
    given = load(tmp_path, VITALS_TIMESCALEDB_PORT="6000", VITALS_MONGODB_PORT="6001")
    assert ":6000/" in given.warehouse_connection
    assert given.mongo_connection == "mongo://127.0.0.1:6001/iot"


@pytest.mark.parametrize("port", ["http", "0", "65536", "-1", "80.5"])
def test_impossible_port_is_refused_by_name(tmp_path, port):
    with pytest.raises(SettingError, match="VITALS_S3_PORT must be a port number"):
        load(tmp_path, VITALS_S3_PORT=port)


@pytest.mark.parametrize("hours", ["a day", "-1", "nan"])
def test_impossible_overlap_is_refused_by_name(tmp_path, hours):
    with pytest.raises(SettingError, match="IOT__OVERLAP_HOURS"):
        load(tmp_path, IOT__OVERLAP_HOURS=hours)


@pytest.mark.parametrize("zone", ["Europe/Olso", "CEST", "Europe", "../UTC", "+01:00"])
@pytest.mark.parametrize("variable", ["VITALS_DEFAULT_TIME_ZONE", "VITALS_SCHEDULE_TIME_ZONE"])
def test_unknown_time_zone_is_refused_by_name(tmp_path, variable, zone):
    with pytest.raises(SettingError, match=f"{variable} must be an IANA time zone"):
        load(tmp_path, **{variable: zone})


def test_unknown_local_time_collection_is_refused(tmp_path):
    assert load(tmp_path, IOT__LOCAL_TIME_COLLECTIONS=" steps ,sleeps,").iot_local_time_collections
    with pytest.raises(SettingError, match="IOT__LOCAL_TIME_COLLECTIONS may name .* 'step'"):
        load(tmp_path, IOT__LOCAL_TIME_COLLECTIONS="sleeps, step")


def test_own_connection_makes_a_system_external(tmp_path):
    own = "mongo://user:p%40ss@db.example:27018/wearables?srv=true&authSource=admin"
    given = load(tmp_path, AIRFLOW_CONN_VITALS_MONGO=own)
    assert given.external == {"mongo"}
    assert given.mongo_uri == (
        "mongodb+srv://user:p%40ss@db.example:27018/wearables?authSource=admin"
    )
    assert given.mongo_database == "wearables"


def test_own_server_at_the_embedded_address_is_external(tmp_path):
    given = load(tmp_path, AIRFLOW_CONN_VITALS_MONGO="mongo://127.0.0.1:27017/iot")
    assert given.external == {"mongo"}


def test_connections_taken_over_from_make_env_stay_embedded(tmp_path):
    first = load(tmp_path)
    taken_over = {
        **first.connections,
        "VITALS_EMBEDDED": " ".join(map(connection_uris.digest, first.connections.values())),
    }
    again = load(tmp_path, **taken_over, VITALS_TIMESCALEDB_PORT="6000")
    assert again.external == frozenset()
    assert ":6000/" in again.warehouse_connection
    own = "postgresql://me:secret@db.example/vitals"
    changed = load(tmp_path, **{**taken_over, "AIRFLOW_CONN_VITALS_WAREHOUSE": own})
    assert changed.external == {"warehouse"}


def test_postgres_connection_of_airflow_becomes_a_dsn():
    given = "postgres://me:a%2Fb@db.example:5432/vitals?sslmode=require"
    expected = "postgresql://me:a%2Fb@db.example:5432/vitals?sslmode=require"
    assert connection_uris.postgres_dsn(given) == expected
    nested = "postgresql://me@db/vitals?__extra__=%7B%22sslmode%22%3A+%22require%22%7D"
    assert connection_uris.postgres_dsn(nested) == "postgresql://me@db/vitals?sslmode=require"


def test_s3_connection_of_airflow_becomes_a_target():
    target = connection_uris.s3_target(
        "aws://key:se%2Fcret@/?endpoint_url=http%3A%2F%2F127.0.0.1%3A9000&region_name=eu-north-1"
    )
    assert target.access_key == "key"
    assert target.secret_key == "se/cret"
    assert target.endpoint_url == "http://127.0.0.1:9000"
    assert target.region == "eu-north-1"


@pytest.mark.parametrize(
    ("read", "variable"),
    [
        (connection_uris.postgres_dsn, "AIRFLOW_CONN_VITALS_WAREHOUSE"),
        (connection_uris.mongo_uri, "AIRFLOW_CONN_VITALS_MONGO"),
        (connection_uris.s3_target, "AIRFLOW_CONN_VITALS_S3"),
    ],
)
def test_connection_of_another_kind_is_refused_by_name(read, variable):
    with pytest.raises(SettingError, match=variable):
        read("mysql://host/database")


def test_secrets_do_not_show_when_settings_are_printed(make_settings):
    given = make_settings()
    assert given.secrets.warehouse_password not in repr(given)
    assert given.secrets.s3_secret_key not in repr(given.s3)


def test_what_signs_tokens_is_long_enough(make_settings):
    """Airflow warns in every log of a key below 64 bytes."""
    assert len(make_settings().secrets.airflow_jwt_secret) == 64


def test_generated_secrets_are_private_and_stay(make_settings):
    given = make_settings()
    assert given.secrets_file.stat().st_mode & 0o777 == 0o600
    again = settings.load(given.environment, project=given.project)
    assert again.secrets == given.secrets
    assert all(vars(given.secrets).values())


def test_chosen_secret_is_not_written_down(make_settings):
    given = make_settings(VITALS_AIRFLOW_PASSWORD="chosen by me")
    assert given.secrets.airflow_password == "chosen by me"
    assert "chosen by me" not in given.secrets_file.read_text()


def test_every_setting_is_documented():
    read = set(re.findall(r'"((?:VITALS|IOT_|AIRFLOW)_[A-Z_]+)"', SOURCE.read_text()))
    ports = {f"VITALS_{name.upper()}_PORT" for name in vars(settings.Ports())}
    documented = set(re.findall(r"^#([A-Z_0-9]+)=", EXAMPLE.read_text(), re.MULTILINE))
    assert (read | ports) - {"VITALS_EMBEDDED"} <= documented


def test_defaults_in_the_example_are_the_defaults(tmp_path):
    shown = dict(re.findall(r"^#([A-Z_0-9]+)=(.+)$", EXAMPLE.read_text(), re.MULTILINE))
    examples = {"AIRFLOW_CONN_VITALS_WAREHOUSE", "AIRFLOW_CONN_VITALS_MONGO"}
    examples |= {"AIRFLOW_CONN_VITALS_S3", "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"}
    examples |= {"AIRFLOW_CONN_VITALS_OPERATIONAL"}
    # Its default is dbt's, because dbt is also run by itself.
    priority = shown.pop("VITALS_SOURCE_PRIORITY")
    assert f"or '{priority}'" in " ".join(DBT_PROJECT.read_text().split())
    with_defaults = {name: value for name, value in shown.items() if name not in examples}
    explicit = dataclasses.asdict(load(tmp_path, **with_defaults))
    implicit = dataclasses.asdict(load(tmp_path))
    del explicit["environment"], implicit["environment"]
    assert explicit == implicit
