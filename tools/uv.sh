#!/usr/bin/env bash
# Find uv, or install it into .tools, and give it the machine's own settings. To be sourced from
# the project's root; sets `uv`.
#
# uv reads the same environment as pip for proxies; what only pip's configuration says about
# certificates and the package index is handed to it here.

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
