#!/usr/bin/env bash
# Build the environment of one peer, or of all that have a requirements.txt, in .envs/PEER.
#
#     bash benchmarks/peers/setup.sh [PEER ...]
#
# Needs python3 (3.11 or newer). Flee's newest sources are not in a registry: put them anywhere
# outside this project and give run_all.py the folder with --flee.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
cd "$here/../.."
source tools/uv.sh

peers=("$@")
if [ ${#peers[@]} -eq 0 ]; then
    for file in "$here"/*/requirements.txt; do
        peers+=("$(basename "$(dirname "$file")")")
    done
fi

for peer in "${peers[@]}"; do
    wanted="$here/$peer/requirements.txt"
    if [ ! -f "$wanted" ]; then
        echo "setup: $peer has no requirements.txt (it runs in the project's environment?)" >&2
        exit 1
    fi
    environment="$here/.envs/$peer"
    "$uv" venv --quiet --clear --python python3 "$environment"
    "$uv" pip install --quiet --python "$environment/bin/python" -r "$wanted"
    echo "$peer: $("$environment/bin/python" -V), $(grep -c == "$wanted") packages"
done
