#!/usr/bin/env bash
# Build .venv from requirements.lock with the system's Python. Run it through `make setup`.
#
# Needs python3 (3.11 or newer) with pip and venv, nothing else. The machine's own settings for
# certificates, proxies and package indexes are kept: uv reads the same environment as pip, and
# what only pip's configuration says is handed to it below.
set -euo pipefail
cd "$(dirname "$0")/.."

python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "setup: python3 is $(python3 -V 2>&1), but 3.11 or newer is needed" >&2
    exit 1
}

pip_setting() { # the value of one pip setting, from its environment or its files; or nothing
    python3 -m pip config get "global.$1" 2>/dev/null || true
}

# uv trusts its own list of authorities unless told to read the machine's.
export UV_SYSTEM_CERTS="${UV_SYSTEM_CERTS:-true}"
certificates="${PIP_CERT:-$(pip_setting cert)}"
if [ -z "${SSL_CERT_FILE:-}" ] && [ -f "$certificates" ]; then
    export SSL_CERT_FILE="$certificates"
fi
index="${PIP_INDEX_URL:-$(pip_setting index-url)}"
if [ -z "${UV_DEFAULT_INDEX:-}${UV_INDEX_URL:-}" ] && [ -n "$index" ]; then
    export UV_DEFAULT_INDEX="$index"
fi

# The system's Python, so that no interpreter is fetched from elsewhere.
export UV_PYTHON_DOWNLOADS=never

uv="$(command -v uv || true)"
if [ -z "$uv" ]; then
    uv="$PWD/.tools/bin/uv"
    if [ ! -x "$uv" ]; then
        # --target is not an installation into the system, so Debian's pip allows it.
        python3 -m pip install --quiet --root-user-action=ignore --target .tools --upgrade uv
    fi
fi

.venv/bin/python -c '' 2>/dev/null || "$uv" venv --quiet --clear --python python3 .venv

# `install`, not `sync`: what a developer added by hand stays.
"$uv" pip install --quiet --python .venv/bin/python --require-hashes -r requirements.lock
# hatchling comes from the lock, so the build needs nothing else.
"$uv" pip install --quiet --python .venv/bin/python --no-deps --no-build-isolation -e .
