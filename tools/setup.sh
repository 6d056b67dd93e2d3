#!/usr/bin/env bash
# Build .venv from requirements.lock with the system's Python. Run it through `make setup`.
#
# Needs python3 (3.11 or newer) with pip and venv, nothing else.
set -euo pipefail
cd "$(dirname "$0")/.."

python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "setup: python3 is $(python3 -V 2>&1), but 3.11 or newer is needed" >&2
    exit 1
}

source tools/uv.sh

.venv/bin/python -c '' 2>/dev/null || "$uv" venv --quiet --clear --python python3 .venv

# `install`, not `sync`: what a developer added by hand stays.
"$uv" pip install --quiet --python .venv/bin/python --require-hashes -r requirements.lock
# hatchling comes from the lock, so the build needs nothing else.
"$uv" pip install --quiet --python .venv/bin/python --no-deps --no-build-isolation -e .
