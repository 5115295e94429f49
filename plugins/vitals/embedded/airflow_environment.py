"""airflow_environment: settings -> the environment that every Airflow process runs in.

Airflow is configured by environment variables alone, sized for two cores: one web worker, eight
tasks at a time.
"""

import sys
from pathlib import Path
from urllib.parse import quote

from vitals.embedded.timescaledb import AIRFLOW_LOGIN
from vitals.settings import AIRFLOW_USER, SECRET_VARIABLES, Settings, read_env_file

PASSWORDS_FILE = "passwords.json"

# What a task may see of the caller's environment: settings of Airflow, dlt and ours, which all
# have a prefix and most a double underscore, and what reaching the network takes.
PASSED_ON = ("AIRFLOW_", "VITALS_", "COSMOS_", "DBT_", "IOT__", "OLTP__")
PASSED_ON_EXACTLY = """
HOME LANG LC_ALL TZ HTTP_PROXY HTTPS_PROXY NO_PROXY http_proxy https_proxy no_proxy
SSL_CERT_FILE SSL_CERT_DIR REQUESTS_CA_BUNDLE AWS_CA_BUNDLE CURL_CA_BUNDLE SYNTHETIC
""".split()  # noqa: SIM905

SETTINGS = {
    # LocalExecutor with dbt and Cosmos imported: a task starts in 0.3 s instead of 6 s.
    "AIRFLOW__CORE__EXECUTOR": "vitals.orchestration.executor.PreloadedLocalExecutor",
    "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
    # More than cores, because most tasks wait for the one that runs dbt.
    "AIRFLOW__CORE__PARALLELISM": "8",
    # Accounts of a provider that are read by mapped tasks of one run.
    "AIRFLOW__CORE__MAX_MAP_LENGTH": "20000",
    "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": f"{AIRFLOW_USER}:admin",
    "AIRFLOW__DATABASE__LOAD_DEFAULT_CONNECTIONS": "False",
    "AIRFLOW__API__HOST": "127.0.0.1",
    "AIRFLOW__API__WORKERS": "1",
    # A new or changed file is seen within seconds; one that did not change is not parsed again
    # every half minute, which would keep a core busy.
    "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": "5",
    "AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "600",
    "AIRFLOW__DAG_PROCESSOR__PRINT_STATS_INTERVAL": "600",
    "AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.5",
    # The end of a task that was not seen at once is seen at the next heartbeat. With Airflow's own
    # 5 seconds tasks end late, and one that deferred may be resumed before that is known: then
    # its first part counts as a failure.
    "AIRFLOW__WORKERS__MIN_HEARTBEAT_INTERVAL": "1",
    "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
    "AIRFLOW__COSMOS__ENABLE_TELEMETRY": "False",
    "AIRFLOW__COSMOS__ENABLE_MEMORY_OPTIMISED_IMPORTS": "True",
    # Tasks find the parsed project where `make up` put it.
    "AIRFLOW__COSMOS__ENABLE_CACHE": "False",
    "DBT_SEND_ANONYMOUS_USAGE_STATS": "False",
    "RUNTIME__DLTHUB_TELEMETRY": "False",
    "DO_NOT_TRACK": "1",
    "SCARF_NO_ANALYTICS": "true",
    "PYTHONUNBUFFERED": "1",
}


def airflow_environment(settings: Settings) -> dict[str, str]:
    """The whole environment of every Airflow process, and of what talks to Airflow's database.

    What the user set wins over what is chosen here.
    """
    home = settings.home / "airflow"
    programs = Path(sys.executable).parent
    ours = {
        **SETTINGS,
        "PATH": f"{programs}:/usr/local/bin:/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(settings.project / "plugins"),
        "VITALS_HOME": str(settings.home),
        "VITALS_PACKAGES": str(settings.packages),
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(settings.project / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(settings.project / "plugins"),
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{settings.airflow_url}/execution/",
        "AIRFLOW__CORE__FERNET_KEY": settings.secrets.airflow_fernet_key,
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(home / PASSWORDS_FILE),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": _embedded_database(settings),
        "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(home / "logs"),
        "AIRFLOW__API__PORT": str(settings.ports.airflow),
        "AIRFLOW__API__BASE_URL": settings.airflow_url,
        "AIRFLOW__API__SECRET_KEY": settings.secrets.airflow_api_secret_key,
        "AIRFLOW__API_AUTH__JWT_SECRET": settings.secrets.airflow_jwt_secret,
    }
    return {**ours, **_passed_on(settings), **settings.connections}


def has_own_database(settings: Settings) -> bool:
    """Whether the user keeps Airflow's metadata somewhere else than in the embedded server."""
    return "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN" in settings.environment


def metadata_dsn(settings: Settings) -> str:
    """Airflow's metadata database as a libpq URI (Airflow's own form names a driver)."""
    given = settings.environment.get("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN")
    scheme, _, rest = (given or _embedded_database(settings)).partition("://")
    return f"{scheme.partition('+')[0]}://{rest}"


def _embedded_database(settings: Settings) -> str:
    login = f"{AIRFLOW_LOGIN}:{quote(settings.secrets.airflow_database_password, safe='')}"
    return f"postgresql+psycopg2://{login}@127.0.0.1:{settings.ports.timescaledb}/airflow"


def _passed_on(settings: Settings) -> dict[str, str]:
    """The part of the caller's environment and `.env` that tasks get; never server passwords."""
    of_env_file = read_env_file(settings.project / ".env").keys()
    withheld = set(SECRET_VARIABLES.values()) - {*_airflow_secrets(), "VITALS_TOKEN_KEY"}
    return {
        name: value
        for name, value in settings.environment.items()
        if name not in withheld
        and (
            name in of_env_file
            or name in PASSED_ON_EXACTLY
            or name.startswith(PASSED_ON)
            or ("__" in name and not name.startswith("_"))
        )
    }


def _airflow_secrets() -> list[str]:
    return [name for name in SECRET_VARIABLES.values() if name.startswith("AIRFLOW__")]
