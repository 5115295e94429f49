#!/bin/bash
# What the official entrypoint does with POSTGRES_* and /docker-entrypoint-initdb.d.
set -euo pipefail

file_env() { # NAME: from NAME_FILE if that is given
    local file="${1}_FILE"
    [[ -z ${!file:-} ]] && return
    [[ -z ${!1:-} ]] || { echo "error: both $1 and $file are set" >&2; exit 1; }
    export "$1=$(< "${!file}")"
    unset "$file"
}

if [[ $1 != postgres ]]; then exec "$@"; fi
file_env POSTGRES_PASSWORD
file_env POSTGRES_USER
file_env POSTGRES_DB
if [[ $(id -u) == 0 ]]; then
    install -d -o postgres -g postgres -m 0700 "$PGDATA"
    install -d -o postgres -g postgres -m 3777 /var/run/postgresql
    exec gosu postgres "$0" "$@"
fi

if [[ ! -s $PGDATA/PG_VERSION ]]; then
    [[ -n ${POSTGRES_PASSWORD:-} ]] || { echo "error: POSTGRES_PASSWORD is not set" >&2; exit 1; }
    user=${POSTGRES_USER:-postgres}
    database=${POSTGRES_DB:-$user}
    initdb --username="$user" --pwfile=<(printf '%s\n' "$POSTGRES_PASSWORD") > /dev/null
    echo 'host all all all scram-sha-256' >> "$PGDATA/pg_hba.conf"
    printf '%s\n' "listen_addresses = '*'" "shared_preload_libraries = 'timescaledb'" \
        >> "$PGDATA/postgresql.conf"
    pg_ctl -D "$PGDATA" -w -o "$(printf '%q ' "${@:2}" -c listen_addresses=)" start > /dev/null
    process_sql=(psql -v ON_ERROR_STOP=1 --no-psqlrc --no-password --username "$user")
    if [[ $database != postgres ]]; then
        "${process_sql[@]}" --dbname postgres -c "create database \"$database\""
    fi
    for each in template1 postgres "$database"; do
        "${process_sql[@]}" --dbname "$each" -qc 'create extension if not exists timescaledb'
    done
    for file in /docker-entrypoint-initdb.d/*; do
        case $file in
            *.sql) "${process_sql[@]}" --dbname "$database" -f "$file" ;;
            *.sh) if [[ -x $file ]]; then "$file"; else . "$file"; fi ;;
        esac
    done
    pg_ctl -D "$PGDATA" -m fast -w stop > /dev/null
fi
exec "$@"
