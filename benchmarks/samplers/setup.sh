#!/usr/bin/env bash
# Build the environment of the samplers that ours is compared with, benchmarks/samplers/.env.
#
#     bash benchmarks/samplers/setup.sh
#
# Needs python3 (3.11 or newer). It holds this project too, since all sample the same density.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
cd "$here/../.."
source tools/uv.sh

"$uv" venv --quiet --clear --python python3 "$here/.env"
"$uv" pip install --quiet --python "$here/.env/bin/python" -r requirements.lock
"$uv" pip install --quiet --python "$here/.env/bin/python" -r "$here/requirements.txt"
"$uv" pip install --quiet --python "$here/.env/bin/python" --no-deps -e .
echo "samplers: $("$here/.env/bin/python" -V), $(grep -c == "$here/requirements.txt") packages"
