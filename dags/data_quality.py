"""Airflow DAG data_quality: are the numbers right, complete and fresh?"""

from airflow.sdk import dag

from vitals.orchestration import data_quality as quality
from vitals.orchestration.defaults import DEFAULT_ARGS, by_clock


@dag(
    # After the nightly extraction and its transformation, and before nightly_report.
    schedule=by_clock("10 7 * * *"),
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULT_ARGS,
    tags=["quality", "monitoring"],
    params=quality.PARAMS,
)
def data_quality() -> None:
    """Check sources, `stage` and `agg`, keep the rows that fail, and report.

    ### When

    Every morning at 07:10, and by hand. **Look at everything** checks every row; else large tables
    are checked from where the loads begin that are new since the last run without a failed check.

    ### What it does

    `check` carries out the dbt tests: values and sets, keys, references, validity periods, rows
    against `raw.loads`, loads that wait. `report` writes to its log what failed, in which table
    the rows are, how fresh each source is, and what became of the rows of each load. Only then
    `checks_passed` turns red if a check of severity *error* found something, and `sources_fresh`
    if a source is overdue. A warning turns nothing red. History: `quality.runs`,
    `quality.results`, and the page *Vitals*.

    ### Safe to run again?

    Yes, at any time: it changes nothing but the schema `quality`.

    ### Triage

    - **`checks_passed` is red**: its log names the checks, and `report` the tables; look at the
      rows with `select * from quality.<check>` as the owner of the database. What each check is
      about is in its own comment and in docs/data-quality.md. After mending, run the DAG again:
      rows are found until they are mended, and are told of once.
    - **`sources_fresh` is red**: see the DAG that reads the source. Limits are
      `VITALS_OVERDUE_AFTER_HOURS` and `<SOURCE>__OVERDUE_AFTER_HOURS`.
    - **`check` is red**: dbt could not begin; its log says why (`make up` builds what is missing).
    - **A check is *broken***: its SQL fails, most often because a table is older than the code.
    """
    quality.chain_of_tasks()


data_quality()
