#!/usr/bin/env bash
# Build the environment of the statistical baselines, benchmarks/rolling_origin_baselines/.env.
#
#     bash benchmarks/rolling_origin_baselines/setup.sh
#
# Needs python3 (3.11 or newer). It stands apart from the project's environment, since the package
# brings old versions of others with it.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
cd "$here/../.."
source tools/uv.sh

"$uv" venv --quiet --clear --python python3 "$here/.env"
"$uv" pip install --quiet --python "$here/.env/bin/python" -r "$here/requirements.txt"
echo "baselines: $("$here/.env/bin/python" -V), $(grep -c == "$here/requirements.txt") packages"
