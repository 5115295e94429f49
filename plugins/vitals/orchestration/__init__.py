"""Everything else -> Airflow: the parts that the DAG files are wired from.

Nothing outside this package imports Airflow, and `rest`, `dag_runs`, `demo` and `dbt_project` in
it do not either: they work from outside Airflow and start in an instant.
"""
