#!/bin/bash
# The listener INTERNAL of docker-compose.yaml, at 9094. The broker tells clients the address that it
# is bound to, so that is the one in the network of the containers; what connects from this machine
# itself is passed on. The listener HOST is not there.
set -euo pipefail

[[ $KAFKA_LISTENERS == *INTERNAL://:9094* ]] || { echo "error: no listener at 9094" >&2; exit 1; }
address=$(hostname -i | cut -d ' ' -f 1)
socat TCP-LISTEN:9094,bind=127.0.0.1,fork,reuseaddr "TCP:$address:9094" &
program=(/opt/kafka/lib/python3*/site-packages/noida_db/noida-db)
exec "${program[0]}" start --only kafka --host "$address" --kafka-port 9094 --data-dir "$KAFKA_LOG_DIRS/noida"
