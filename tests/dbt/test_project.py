"""What people see: descriptions, rights, documentation, and plans that leave old chunks alone."""

import json

import psycopg
import pytest
from psycopg.rows import scalar_row

from vitals import data_dictionary

RESTRICTED = {
    "max_heart_rates",
    "participant_birthdays",
    "participant_changes",
    "participant_identifiers",
    "participant_versions",
    "stg_iot__users",
    "stg_account_exports__profiles",
    "stg_fitbit__profiles",
    "stg_garmin__profiles",
    "stg_google_health__profiles",
    "stg_oltp__users",
    "stg_strava__activities",
    "stg_strava__profiles",
    "stg_strava__streams",
}


def test_every_model_and_column_has_a_description(parsed):
    lacking = []
    for node in [*parsed.nodes.values(), *parsed.sources.values()]:
        if node.resource_type not in ("model", "seed", "source"):
            continue
        lacking += [node.name] * (not node.description)
        lacking += [f"{node.name}.{c.name}" for c in node.columns.values() if not c.description]
    assert lacking == []


def test_every_table_has_a_key_and_every_view_a_test(parsed):
    tested = {getattr(node, "attached_node", None) for node in parsed.nodes.values()}
    lacking = []
    for node in parsed.nodes.values():
        if node.resource_type == "model":
            keys = [one for one in node.all_constraints if one.type == "primary_key"]
            if not keys and node.unique_id not in tested:
                lacking.append(node.name)
    assert lacking == []


def test_the_database_shows_the_descriptions(warehouse, parsed):
    warehouse.transform()
    stored = warehouse.rows(
        "select c.table_schema || '.' || c.table_name || '.' || c.column_name as name,"
        " col_description(format('%I.%I', table_schema, table_name)::regclass, ordinal_position)"
        " as description from information_schema.columns as c"
        " where table_schema in ('stage', 'agg')"
    )
    described = {
        f"{node.schema}.{node.name}.{column.name}": column.description
        for node in parsed.nodes.values()
        if node.resource_type in ("model", "seed")
        for column in node.columns.values()
    }
    assert {row["name"]: row["description"] for row in stored} == described


def test_the_data_dictionary_is_what_the_database_says(warehouse):
    warehouse.transform()  # tables get their descriptions when their models first run
    page = data_dictionary.PAGE.read_text(encoding="utf-8")
    assert page == data_dictionary.render(warehouse.dsn), "run `make up` and `make docs`"


def test_the_analyst_sees_everything_but_identifiers(warehouse):
    warehouse.users({"user_id": "p1", "email": "someone@example.org"})
    warehouse.transform()
    relations = warehouse.values(
        "select format('%I.%I', table_schema, table_name) from information_schema.tables"
        " where table_schema in ('raw', 'stage', 'agg')"
    )
    readable = set()
    with psycopg.connect(warehouse.dsn, autocommit=True, row_factory=scalar_row) as connection:
        connection.execute("set role analyst")
        for relation in relations:
            try:
                connection.execute(f"select * from {relation} limit 1")
            except psycopg.errors.InsufficientPrivilege:
                continue
            readable.add(relation)
    refused = set(relations) - readable
    assert {name for name in refused if not name.startswith("raw.")} == {
        f"stage.{name}" for name in RESTRICTED
    }
    assert not any(name.startswith("raw.") for name in readable)


@pytest.mark.slow
def test_the_newest_day_is_found_without_looking_at_old_chunks(warehouse):
    warehouse.users({"user_id": "p1", "devices": ["d1"]})
    for month in range(1, 13):
        warehouse.heart_rates("d1", (f"2025-{month:02}-10 10:00", 60))
        warehouse.steps("d1", (f"2025-{month:02}-10 10:00", 60))
    warehouse.transform()
    warehouse.heart_rates("d1", ("2025-12-10 10:01", 60))
    warehouse.transform()

    compiled = {}
    for name in ("heart_rate_minutes", "daily_health"):
        done = warehouse.dbt("compile", "--select", name)
        [model] = [one.node for one in done if one.node.resource_type == "model"]
        compiled[name] = model.compiled_code
    for name, table in [
        ("heart_rate_minutes", "raw.iot__heart_rates"),
        ("daily_health", "stage.heart_rate_minutes"),
    ]:
        chunks = set(warehouse.values(f"select show_chunks('{table}')::text"))
        plan = warehouse.values(f"explain (analyze, format json) {compiled[name]}")[0][0]["Plan"]
        read = {f"{node['Schema']}.{node['Relation Name']}" for node in _executed(plan)} & chunks
        assert len(chunks) > 9, "the test needs many chunks"
        assert 1 <= len(read) <= 2, read


def _executed(plan: dict):
    """Scans of a plan that were carried out."""
    if plan.get("Relation Name") and plan["Actual Loops"]:
        yield {"Schema": "_timescaledb_internal", **plan}
    for part in plan.get("Plans", []):
        yield from _executed(part)


@pytest.mark.slow
def test_all_tests_of_the_project_pass(warehouse):
    warehouse.users({"user_id": "p1", "devices": ["d1"], "gender": "female"})
    warehouse.heart_rates("d1", ("2025-06-10 10:00", 60))
    warehouse.sleeps("d1", ("2025-06-09 22:00", "2025-06-10 06:00"))
    results = warehouse.dbt("build")
    unit_tests = [one for one in results if one.node.resource_type == "unit_test"]
    assert len(unit_tests) > 20
    assert {str(one.status) for one in results} <= {"pass", "success"}


@pytest.mark.slow
def test_documentation_is_generated(warehouse, tmp_path):
    warehouse.environment["DBT_WRITE_JSON"] = "true"
    warehouse.target = tmp_path
    warehouse.dbt("docs", "generate", "--no-compile")
    catalog = json.loads((tmp_path / "catalog.json").read_text())
    assert "model.vitals.daily_health" in catalog["nodes"]
    assert (tmp_path / "index.html").exists()
