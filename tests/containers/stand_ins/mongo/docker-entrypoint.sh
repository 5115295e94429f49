#!/bin/bash
# What the official entrypoint does with MONGO_INITDB_*: the first start makes the root user.
set -euo pipefail

if [[ $1 != mongod ]]; then exec "$@"; fi
if [[ $(id -u) == 0 ]]; then
    find /data/db /data/configdb ! -user mongodb -exec chown mongodb '{}' +
    exec gosu mongodb "$0" "$@"
fi
for name in USERNAME PASSWORD; do
    variable=MONGO_INITDB_ROOT_$name file=MONGO_INITDB_ROOT_${name}_FILE
    if [[ -n ${!file:-} ]]; then export "$variable=$(< "${!file}")"; fi
done
if [[ -n ${MONGO_INITDB_ROOT_USERNAME:-} && -z ${MONGO_INITDB_ROOT_PASSWORD:-} ]]; then
    echo 'error: MONGO_INITDB_ROOT_USERNAME without MONGO_INITDB_ROOT_PASSWORD' >&2
    exit 1
fi
if compgen -G '/docker-entrypoint-initdb.d/*' > /dev/null; then
    echo 'error: this stand-in cannot run the scripts of /docker-entrypoint-initdb.d' >&2
    exit 1
fi
if [[ -n ${MONGO_INITDB_ROOT_USERNAME:-} && ! -e /data/db/root-user ]]; then
    (umask 077; printf '%s\n' "$MONGO_INITDB_ROOT_USERNAME" "$MONGO_INITDB_ROOT_PASSWORD" > /data/db/root-user)
fi
exec "$@"
