"""The `vitals` command as a person or a script meets it: output, exit status, one-line errors."""

import os
import subprocess
import sys

import pytest

from vitals import cli_archive, settings

PLUGINS = str(settings.PROJECT / "plugins")


@pytest.fixture
def vitals(make_settings):
    """Run `vitals` in an isolated home; more environment by keyword."""
    isolated = make_settings().environment

    def run(*arguments, **environ):
        return subprocess.run(
            [sys.executable, "-m", "vitals.cli", *arguments],
            env={**isolated, "PATH": os.environ["PATH"], "PYTHONPATH": PLUGINS, **environ},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    return run


@pytest.fixture
def sql(vitals, warehouse_dsn):
    def run(query):
        return vitals("sql", query, AIRFLOW_CONN_VITALS_WAREHOUSE=warehouse_dsn)

    return run


def test_sql_prints_csv_as_postgresql_words_values(sql):
    done = sql("select 1 as a, null as b, 'x,\"y\"' as c, true as d, array[1, 2] as e")
    assert (done.stdout, done.stderr) == ('a,b,c,d,e\n1,,"x,""y""",t,"{1,2}"\n', "")
    assert done.returncode == 0


def test_sql_takes_several_statements(sql):
    done = sql("create temp table t (n int); insert into t values (1), (2); select sum(n) from t")
    assert done.stdout == "sum\n3\n"


@pytest.mark.parametrize(
    ("query", "reason"),
    [("selec 1", "syntax error"), ("select * from nowhere", "does not exist")],
)
def test_sql_that_fails_says_so_in_one_line(sql, query, reason):
    done = sql(query)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("vitals: ")
    assert done.stderr.count("\n") == 1
    assert reason in done.stderr


def test_sql_that_fails_says_where_and_what_was_meant(sql):
    done = sql("with t as (\n    select 1 as steps\n)\nselect stepps from t")
    assert "(line 4)" in done.stderr
    assert 'meant to reference the column "t.steps"' in done.stderr
    assert done.stderr.count("\n") == 1


def test_sql_without_a_server_says_what_cannot_be_reached(vitals):
    done = vitals("sql", "select 1")
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "127.0.0.1" in done.stderr
    assert "`make up` starts it" in done.stderr


def test_env_can_be_evaluated_and_keeps_the_servers_embedded(vitals, make_settings):
    awkward = 'it\'s $HOME `date` "x"'
    printed = vitals("env", VITALS_AIRFLOW_PASSWORD=awkward).stdout
    assert all(line.startswith("export ") and line.endswith("'") for line in printed.splitlines())
    script = f'{printed}\nprintf "%s" "$VITALS_AIRFLOW_PASSWORD"'
    shell = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True)
    assert shell.stdout == awkward

    script = f"{printed}\nexec {sys.executable} -m vitals.cli status"
    environ = {**make_settings().environment, "PYTHONPATH": PLUGINS}
    status = subprocess.run(
        ["sh", "-c", script], env=environ, capture_output=True, text=True, check=True
    )
    assert "external" not in status.stdout


def test_status_tells_embedded_from_external(vitals):
    own = "mongo://me:secret@mongo.example/iot"
    done = vitals("status", AIRFLOW_CONN_VITALS_MONGO=own)
    assert done.returncode == 0
    assert "mongo                  external (set in AIRFLOW_CONN_VITALS_MONGO)" in done.stdout
    assert "mongodb" not in done.stdout
    assert "secret" not in done.stdout
    assert "timescaledb            stopped" in done.stdout


def test_wrong_setting_is_one_line(vitals):
    done = vitals("status", VITALS_S3_PORT="nine thousand")
    assert done.returncode == 1
    assert done.stderr.startswith("vitals: VITALS_S3_PORT must be a port number")
    assert done.stderr.count("\n") == 1


def test_a_server_that_is_away_is_one_line_whatever_asks_for_it(vitals):
    nowhere = "mongo://127.0.0.1:1/iot?serverSelectionTimeoutMS=2000"
    done = vitals("generate", AIRFLOW_CONN_VITALS_MONGO=nowhere)
    assert done.returncode == 1
    assert done.stderr.startswith("vitals: cannot fill MongoDB (127.0.0.1:1: ")
    assert done.stderr.count("\n") == 1


def test_parameters_of_a_dag_must_be_json(vitals):
    done = vitals("dag", "iot_master_dag", "--conf", "{mode: full}")
    assert done.returncode == 1
    assert done.stderr.startswith("vitals: CONF is not JSON")


@pytest.mark.parametrize(
    ("arguments", "example"),
    [
        (["import", "--participant", ""], "no files given: make import FILES="),
        (["import", "takeout.zip", "--participant", ""], "no participant given: make import"),
        (["connect", "", "--participant", ""], "no provider given: make connect PROVIDER="),
        (["dag", "", "--conf", ""], "no DAG given: make dag DAG=iot_master_dag"),
        (["sql", ""], "no query given: make sql Q="),
    ],
)
def test_a_command_of_make_without_its_variables_shows_an_example(vitals, arguments, example):
    """As the Makefile calls it."""
    done = vitals(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"vitals: {example}")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("verb", ["import", "connect"])
def test_help_shows_an_example(vitals, verb):
    assert f"Example: vitals {verb} " in vitals(verb, "--help").stdout


def test_help_names_every_verb(vitals):
    shown = vitals("--help").stdout
    for verb in ("up", "down", "status", "env", "sql", "migrate", "dag", "schedule", "demo"):
        assert f" {verb} " in shown


def test_airflow_is_the_one_of_this_home(vitals, make_settings):
    done = vitals("airflow", "config", "get-value", "core", "dags_folder")
    assert done.stdout.strip().endswith(str(settings.PROJECT / "dags"))
    assert "unrecognized arguments: --nonsense" in vitals("airflow", "info", "--nonsense").stderr


@pytest.mark.parametrize(
    ("size_bytes", "said"), [(0, "0.0 kB"), (12_345, "12.3 kB"), (1_234_567_890, "1,234.6 MB")]
)
def test_a_size_is_shown_in_a_unit_that_fits(size_bytes, said):
    assert cli_archive._size(size_bytes) == said
