#!/usr/bin/env bash
# Write requirements.lock anew: every version with its hashes, for all platforms, no host named.
set -euo pipefail
cd "$(dirname "$0")/.."
source tools/uv.sh
"$uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes --all-extras \
    --no-header --upgrade pyproject.toml --output-file requirements.lock
if grep -n '://' requirements.lock; then
    echo "lock: requirements.lock names a host (above); it must not" >&2
    exit 1
fi
