"""generate_secrets: environment, earlier runs, chance -> one private file per service.

It runs to its end before any other service of docker-compose.yaml, at every start. A password is
taken from the environment (`.env`), else from the first run, else made up. A service reads only
its own file, which belongs to its user with mode 0600; what follows from the passwords, such as
the connections, is written anew each time.
"""

import base64
import json
import os
import secrets
import shlex
from pathlib import Path
from urllib.parse import quote

FOLDER = Path(os.environ.get("VITALS_SECRETS_FOLDER", "/run/vitals"))
# Users of the images, see the Dockerfile.
ROOT, AIRFLOW, LOCAL_S3, API, STREAM_SINK = 0, 50000, 50001, 50002, 50003

GENERATED = (
    "AIRFLOW__API_AUTH__JWT_SECRET",
    "AIRFLOW__API__SECRET_KEY",
    "AIRFLOW__CORE__FERNET_KEY",
    "VITALS_AIRFLOW_DATABASE_PASSWORD",
    "VITALS_AIRFLOW_PASSWORD",
    "VITALS_ANALYST_PASSWORD",
    "VITALS_API_DATABASE_PASSWORD",
    "VITALS_MONGO_PASSWORD",
    "VITALS_POSTGRES_PASSWORD",
    "VITALS_REDIS_PASSWORD",
    "VITALS_S3_ACCESS_KEY",  # a secret, too: local-s3 knows a client by its key's name
    "VITALS_S3_SECRET_KEY",
    "VITALS_TOKEN_KEY",
    "VITALS_WAREHOUSE_PASSWORD",
)


def main() -> None:
    """Write all files; those of the other services are derived from `secrets.env`."""
    kept = read(FOLDER / "secrets.env")
    made = {name: kept.get(name) or generate(name) for name in GENERATED}
    write("secrets.env", assignments(made), ROOT)
    values = {name: os.environ.get(name) or made[name] for name in GENERATED}
    for service, variables in other_services(values).items():
        owner = LOCAL_S3 if service == "local-s3" else ROOT
        write(f"{service}.env", shell_assignments(variables), owner)
    # Read line by line by deploy/image/bin/vitals-entrypoint, without a shell's rules.
    of_airflow = airflow(values)
    write("airflow.env", assignments(of_airflow), AIRFLOW)
    write("airflow-init.env", assignments({**of_airflow, **readers(values)}), AIRFLOW)
    write("api.env", assignments(api(values)), API)
    write("stream-sink.env", assignments(stream_sink(of_airflow)), STREAM_SINK)
    write_airflow_passwords(values["VITALS_AIRFLOW_PASSWORD"])


def airflow(values: dict[str, str]) -> dict[str, str]:
    """Connections and keys of the Airflow services, all by service names of the Compose network."""
    login = {name: quote(value, safe="") for name, value in values.items()}
    warehouse = f"vitals:{login['VITALS_WAREHOUSE_PASSWORD']}@timescaledb:5432/vitals"
    metadata = f"airflow:{login['VITALS_AIRFLOW_DATABASE_PASSWORD']}@timescaledb:5432/airflow"
    mongo = f"vitals:{login['VITALS_MONGO_PASSWORD']}@mongodb:27017/iot?authSource=admin"
    endpoint = quote("http://local-s3:9000", safe="")
    s3 = f"{login['VITALS_S3_ACCESS_KEY']}:{login['VITALS_S3_SECRET_KEY']}@/"
    s3 += f"?endpoint_url={endpoint}&region_name=us-east-1"
    return {
        "AIRFLOW_CONN_VITALS_WAREHOUSE": f"postgresql://{warehouse}",
        "AIRFLOW_CONN_VITALS_MONGO": f"mongo://{mongo}",
        "AIRFLOW_CONN_VITALS_S3": f"aws://{s3}",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"postgresql+psycopg2://{metadata}",
        "AIRFLOW__CELERY__RESULT_BACKEND": f"db+postgresql://{metadata}",
        "AIRFLOW__CELERY__BROKER_URL": f"redis://:{login['VITALS_REDIS_PASSWORD']}@redis:6379/0",
        "VITALS_TOKEN_KEY": values["VITALS_TOKEN_KEY"],
        # A lake needs an S3 server, which is there only if somebody wanted one.
        "VITALS_LAKE": os.environ.get("VITALS_LAKE")
        or ("true" if os.environ.get("AIRFLOW_CONN_VITALS_S3") else "false"),
        **{name: value for name, value in values.items() if name.startswith("AIRFLOW__")},
    }


def readers(values: dict[str, str]) -> dict[str, str]:
    """The passwords that `analyst` and `api` get; on a server of the user's, only chosen ones."""
    names = ("VITALS_ANALYST_PASSWORD", "VITALS_API_DATABASE_PASSWORD")
    own_server = os.environ.get("AIRFLOW_CONN_VITALS_WAREHOUSE")
    return {name: values[name] for name in names if not own_server or os.environ.get(name)}


def api(values: dict[str, str]) -> dict[str, str]:
    """The warehouse as the API reaches it; a server of the user's comes from the environment."""
    if os.environ.get("AIRFLOW_CONN_VITALS_WAREHOUSE"):
        name = "VITALS_API_DATABASE_PASSWORD"
        return {name: values[name]} if os.environ.get(name) else {}
    login = f"api:{quote(values['VITALS_API_DATABASE_PASSWORD'], safe='')}"
    return {"VITALS_API_DSN": f"postgresql://{login}@timescaledb:5432/vitals"}


def stream_sink(of_airflow: dict[str, str]) -> dict[str, str]:
    """S3 as the sink of the stream reaches it; it needs nothing else."""
    return {name: of_airflow[name] for name in ("AIRFLOW_CONN_VITALS_S3",)}


def other_services(values: dict[str, str]) -> dict[str, dict[str, str]]:
    """What each of the other services sources before it starts its program."""
    return {
        "timescaledb": {
            "POSTGRES_PASSWORD": values["VITALS_POSTGRES_PASSWORD"],
            "VITALS_WAREHOUSE_PASSWORD": values["VITALS_WAREHOUSE_PASSWORD"],
            "VITALS_AIRFLOW_DATABASE_PASSWORD": values["VITALS_AIRFLOW_DATABASE_PASSWORD"],
        },
        "mongodb": {"MONGO_INITDB_ROOT_PASSWORD": values["VITALS_MONGO_PASSWORD"]},
        "redis": {"REDIS_PASSWORD": values["VITALS_REDIS_PASSWORD"]},
        "local-s3": {
            "AWS_ACCESS_KEY_ID": values["VITALS_S3_ACCESS_KEY"],
            "AWS_SECRET_ACCESS_KEY": values["VITALS_S3_SECRET_KEY"],
        },
    }


def write_airflow_passwords(admin: str) -> None:
    """The logins of the web UI; those that Airflow made for further users stay."""
    file = FOLDER / "airflow-passwords.json"
    try:
        passwords = json.loads(file.read_text())
    except (FileNotFoundError, ValueError):
        passwords = {}
    write(file.name, json.dumps({**passwords, "admin": admin}) + "\n", AIRFLOW)


def generate(name: str) -> str:
    """A new secret: 192 bits for a password, 384 for what signs tokens."""
    if name in ("AIRFLOW__CORE__FERNET_KEY", "VITALS_TOKEN_KEY"):
        return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
    return secrets.token_urlsafe(48 if name.startswith("AIRFLOW__") else 24)


def read(path: Path) -> dict[str, str]:
    """The variables of a file of ours; none if it does not exist."""
    if not path.exists():
        return {}
    return dict(line.split("=", 1) for line in path.read_text().splitlines())


def assignments(variables: dict[str, str]) -> str:
    """Lines `NAME=value`, the value as it is."""
    return "".join(f"{name}={value}\n" for name, value in variables.items())


def shell_assignments(variables: dict[str, str]) -> str:
    """Lines `NAME=value` for a shell to source."""
    return assignments({name: shlex.quote(value) for name, value in variables.items()})


def write(name: str, text: str, owner: int) -> None:
    """Have a file that only its owner can read, all of it or nothing."""
    part = FOLDER / f"{name}.part"
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    os.chown(part, owner, 0)
    part.replace(FOLDER / name)


if __name__ == "__main__":
    main()
