# The image of every Airflow service: requirements.txt -> /opt/vitals/venv, code -> /opt/vitals.
#
# Plain Dockerfile syntax without heredocs, so that docker and podman build it alike. What changes
# least comes first: a change of code rebuilds only the last small layers.
#
#   docker build -t vitals-warehouse .                           the Airflow services
#   docker build -t vitals-local-s3 --target local-s3 .          the S3 server of profile local-s3

FROM debian:trixie-slim AS python
# tini reaps the processes that tasks leave behind.
RUN apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends ca-certificates python3 tini tzdata \
    && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/log/*
ENV PATH=/opt/vitals/venv/bin:$PATH \
    PYTHONUNBUFFERED=1


FROM python AS installer
# A package index of one's own, and its certificates as a path inside the build; no layer of the
# result keeps them.
ARG PIP_INDEX_URL
ARG PIP_EXTRA_INDEX_URL
ARG PIP_CERT
RUN apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends python3-venv \
    && rm -rf /var/lib/apt/lists/* \
    && python3 -m venv /opt/uv \
    && /opt/uv/bin/pip install --no-cache-dir --quiet uv
# Bytecode is compiled here because the service user cannot write it later, and every task starts
# a Python of its own.
ENV UV_COMPILE_BYTECODE=1 \
    UV_LINK_MODE=copy \
    UV_PYTHON=/opt/vitals/venv/bin/python
RUN python3 -m venv --without-pip /opt/vitals/venv


FROM installer AS packages
ARG PIP_INDEX_URL
ARG PIP_EXTRA_INDEX_URL
ARG PIP_CERT
# Beside LocalExecutor; "celery kubernetes" for the official Helm chart (deploy/helm).
ARG EXECUTORS=celery
COPY requirements.txt deploy/image/requirements-*.txt /tmp/lock/
RUN --mount=type=cache,target=/root/.cache/uv \
    UV_DEFAULT_INDEX="$PIP_INDEX_URL" UV_INDEX="$PIP_EXTRA_INDEX_URL" SSL_CERT_FILE="$PIP_CERT" \
    /opt/uv/bin/uv pip install --quiet -r /tmp/lock/requirements.txt \
        $(printf -- '-r /tmp/lock/requirements-%s.txt ' $EXECUTORS) \
    && find /opt/vitals/venv -depth -path '*/site-packages/*' \
        \( -type d \( -name tests -o -path '*/pyarrow/include' \) -o -name '*.pyx' -o -name '*.pxd' \) \
        -exec rm -rf {} +


FROM installer AS local-s3-packages
ARG PIP_INDEX_URL
ARG PIP_EXTRA_INDEX_URL
ARG PIP_CERT
RUN --mount=type=cache,target=/root/.cache/uv \
    UV_DEFAULT_INDEX="$PIP_INDEX_URL" UV_INDEX="$PIP_EXTRA_INDEX_URL" SSL_CERT_FILE="$PIP_CERT" \
    /opt/uv/bin/uv pip install --quiet ministack==1.5.33


# An emulator to try the archive with, without an account anywhere. Not for data that matters.
FROM python AS local-s3
RUN useradd --uid 50001 --no-create-home s3 && install -d -o s3 /data
COPY --from=local-s3-packages /opt/vitals/venv /opt/vitals/venv
ENV BIND_HOST=0.0.0.0 \
    GATEWAY_PORT=9000 \
    SERVICES=s3 \
    AUTH=true \
    S3_PERSIST=1 \
    S3_DATA_DIR=/data/objects \
    PERSIST_STATE=1 \
    STATE_DIR=/data/state
USER s3
EXPOSE 9000
ENTRYPOINT ["tini", "--"]
CMD ["ministack"]


FROM python AS airflow
# User and group as in the official Airflow image, so that its Helm chart fits.
RUN useradd --uid 50000 --gid 0 --home-dir /opt/airflow airflow \
    && install -d -o 50000 -g 0 -m 0775 /opt/airflow /opt/airflow/logs /opt/airflow/vitals
COPY --from=packages /opt/vitals/venv /opt/vitals/venv
COPY deploy/image/bin/ /usr/local/bin/
# The Helm chart's probes call the entrypoint by this name.
RUN ln -s /usr/local/bin/vitals-entrypoint /entrypoint
ENV AIRFLOW_HOME=/opt/airflow \
    PYTHONPATH=/opt/vitals/plugins \
    VITALS_HOME=/opt/airflow/vitals \
    AIRFLOW__CORE__DAGS_FOLDER=/opt/vitals/dags \
    AIRFLOW__CORE__PLUGINS_FOLDER=/opt/vitals/plugins \
    AIRFLOW__CORE__LOAD_EXAMPLES=false \
    AIRFLOW__CORE__MAX_MAP_LENGTH=20000 \
    AIRFLOW__DATABASE__LOAD_DEFAULT_CONNECTIONS=false \
    AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL=600 \
    AIRFLOW__DAG_PROCESSOR__PRINT_STATS_INTERVAL=600 \
    AIRFLOW__COSMOS__ENABLE_MEMORY_OPTIMISED_IMPORTS=true \
    AIRFLOW__COSMOS__ENABLE_TELEMETRY=false \
    AIRFLOW__USAGE_DATA_COLLECTION__ENABLED=false \
    DBT_SEND_ANONYMOUS_USAGE_STATS=false \
    RUNTIME__DLTHUB_TELEMETRY=false \
    SCARF_NO_ANALYTICS=true \
    DO_NOT_TRACK=1
COPY include/ /opt/vitals/include/
COPY plugins/ /opt/vitals/plugins/
COPY dags/ /opt/vitals/dags/
WORKDIR /opt/vitals
USER 50000
# What Cosmos draws the tasks of the DAGs from, so that parsing a DAG file runs no dbt.
RUN python -c "from pathlib import Path; from vitals.orchestration.dbt_project import parse; \
               parse(Path('$VITALS_HOME'))"
EXPOSE 8080
ENTRYPOINT ["tini", "--", "vitals-entrypoint"]
CMD ["airflow", "version"]
