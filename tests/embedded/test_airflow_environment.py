"""What the processes of the embedded Airflow are told, and what they are not."""

from vitals.embedded.airflow_environment import airflow_environment


def test_environment_of_the_processes(make_settings):
    given = make_settings(
        AIRFLOW__CORE__PARALLELISM="2",
        IOT__OVERLAP_HOURS="6",
        UNRELATED="x",
        _PRIVATE__X="y",
        VITALS_POSTGRES_PASSWORD="superuser's",
    )
    environment = airflow_environment(given)
    assert environment["AIRFLOW__CORE__PARALLELISM"] == "2"
    assert environment["IOT__OVERLAP_HOURS"] == "6"
    assert environment["AIRFLOW__USAGE_DATA_COLLECTION__ENABLED"] == "False"
    assert environment["AIRFLOW_CONN_VITALS_WAREHOUSE"] == given.warehouse_connection
    assert not {"UNRELATED", "_PRIVATE__X", "VITALS_POSTGRES_PASSWORD"} & environment.keys()
    assert "superuser's" not in environment.values()
