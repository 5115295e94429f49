"""dbt's data tests -> their results; rows that fail are stored by dbt in the schema `quality`.

In this process, as Cosmos runs the models: the executor's workers have imported dbt already. Which
rows of large tables are looked at goes to the server with the connection (`quality.since()`), and
not through dbt: another variable would make dbt read the whole project again.
"""

import tempfile
from typing import Any

from vitals.orchestration.dbt_project import (
    FOLDER,
    PROFILE,
    TARGET,
    DbtError,
    environment_of,
    parsed_project_path,
    project_environment,
)
from vitals.quality.results import CheckResult, results_of
from vitals.quality.store import Scope
from vitals.settings import Settings

TESTS = ("--select", "test_type:data")


def run_tests(
    dsn: str, given: Settings, scope: Scope, select: tuple[str, ...] = TESTS, manifest: Any = None
) -> list[CheckResult]:
    """Carry out the data tests; a test that fails is a result.

    Args:
        dsn: the warehouse.
        given: what dbt writes into the views, which has to be what they were made with.
        scope: which rows to look at.
        select: which tests, as dbt's command line takes them.
        manifest: the parsed project, if the caller has it.

    Raises:
        DbtError: dbt could not even begin.
    """
    from dbt.cli.main import dbtRunner  # takes seconds, and DAG files import this

    with tempfile.TemporaryDirectory() as folder, environment_of(_variables(dsn, given, scope)):
        where = ["--project-dir", str(FOLDER), "--profiles-dir", str(FOLDER)]
        where += ["--profile", PROFILE, "--target", TARGET]
        where += ["--target-path", folder, "--log-path", folder, "--no-write-json"]
        how = ["--store-failures", "--quiet", "--no-use-colors"]
        done = dbtRunner(manifest=manifest).invoke(["test", *select, *how, *where])
    found = getattr(done.result, "results", None)
    if found is None:
        raise DbtError(f"dbt test failed: {done.exception}")
    return results_of(found)


def _variables(dsn: str, given: Settings, scope: Scope) -> dict[str, str]:
    # An instant with a space would be two options.
    since = scope.checked_since.replace(" ", "T")
    session = f"-c vitals.check_since={since} -c vitals.check_after_load={scope.after_load}"
    parsed = parsed_project_path()
    known = {"DBT_PARTIAL_PARSE_FILE_PATH": str(parsed)} if parsed.exists() else {}
    return {**project_environment(dsn, given), **known, "PGOPTIONS": session}
