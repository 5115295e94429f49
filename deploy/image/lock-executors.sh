#!/bin/sh
# requirements-*.in -> requirements-*.txt: the pins of each executor that requirements.txt lacks.
set -eu
cd "$(dirname "$0")/../.."
for executor in celery kubernetes; do
    lock=deploy/image/requirements-$executor
    uv pip compile --quiet --no-header --annotation-style=line --universal \
        --fork-strategy fewest --python-version 3.11 --constraint requirements.txt "$lock.in" \
        | awk -F'[ ;=]' '
            NR == FNR { if (/^[a-z0-9]/) pinned[$1] = 1; next }
            !($1 in pinned)
        ' requirements.txt - > "$lock.txt"
done
