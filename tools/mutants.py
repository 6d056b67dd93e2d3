"""Break the engines on purpose and demand that a named test notices: `make mutants`.

Every mutation in `mutants.toml` replaces one passage of one source file in a copy of the package,
then the named test runs there. It must fail by an assertion; a mutant that survives shows a test
that cannot see what it is there to see. Exit 1 if one survives, 2 if the list itself is at fault.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LIST = Path(__file__).with_name("mutants.toml")
COPIED = ("src", "tests", "pyproject.toml")
SECONDS = 300
PASSED, FAILED = 0, 1
"""Exit codes of pytest: everything else says that the test could not be run."""


@dataclass(frozen=True)
class Mutant:
    """One mutation."""

    name: str
    file: str
    """Below `src/safepassage`."""
    old: str
    """Text that occurs once in the file."""
    new: str
    test: str
    """Identifier of the test that must fail, below `tests`."""

    def break_it(self, package: Path) -> str:
        """Apply the mutation to a copy of the package; return the text that was there.

        Raises:
            ValueError: The passage does not occur exactly once.
        """
        path = package / self.file
        text = path.read_text()
        if text.count(self.old) != 1:
            raise ValueError(
                f"mutant '{self.name}': its passage occurs {text.count(self.old)} times in "
                f"{self.file}, not once: write it anew in tools/mutants.toml"
            )
        path.write_text(text.replace(self.old, self.new))
        return text


def read_list(path: Path = LIST) -> list[Mutant]:
    """The declared mutants."""
    return [Mutant(**entry) for entry in tomllib.loads(path.read_text())["mutant"]]


class Copy:
    """A copy of sources and tests in which nothing is kept from elsewhere."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in COPIED:
            source = ROOT / name
            if source.is_dir():
                ignored = shutil.ignore_patterns("__pycache__")
                shutil.copytree(source, folder / name, ignore=ignored)
            else:
                shutil.copy2(source, folder / name)
        self.package = folder / "src" / "safepassage"

    def run(self, *tests: str) -> tuple[int, str]:
        """Run tests in the copy; return pytest's exit code and what it printed."""
        environment = dict(
            os.environ,
            PYTHONPATH=str(self.folder / "src"),
            PYTHONDONTWRITEBYTECODE="1",  # byte code of a mutant would look like the original's
            NUMBA_CACHE_DIR=str(self.folder / "kept"),
        )
        where = [f"tests/{test}" for test in tests]
        command = [sys.executable, "-m", "pytest", "-x", "-q", "--tb=short", *where]
        try:
            done = subprocess.run(
                command, cwd=self.folder, env=environment, capture_output=True, text=True,
                timeout=SECONDS,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return -1, f"ran longer than {SECONDS} s"
        return done.returncode, done.stdout + done.stderr

    def is_used(self) -> bool:
        """Whether tests in the copy import the copy."""
        code = "import safepassage; print(safepassage.__file__)"
        told = subprocess.run(
            [sys.executable, "-c", code], cwd=self.folder, capture_output=True, text=True,
            env=dict(os.environ, PYTHONPATH=str(self.folder / "src")), check=True,
        )  # fmt: skip
        return Path(told.stdout.strip()).is_relative_to(self.folder)


def verdict(code: int, output: str) -> str:
    """`noticed`, `SURVIVED`, or why the test could not tell."""
    if code == PASSED:
        return "SURVIVED"
    if code == FAILED and re.search(r"^E\s+(AssertionError|assert |Failed: DID NOT)", output, re.M):
        return "noticed"
    errors = re.findall(r"^E\s+(\w.*)", output, re.M) or output.strip().splitlines()[-1:]
    return f"BROKEN ({' '.join(errors[-1:])})"


def main(arguments: list[str] | None = None) -> int:
    """Try the mutants, print one line each, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="only mutants whose name contains one of these")
    wanted = parser.parse_args(arguments).names
    mutants = [m for m in read_list() if not wanted or any(word in m.name for word in wanted)]
    if not mutants:
        print(f"no mutant is called {' or '.join(wanted)}: see {LIST.name}", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        copy = Copy(Path(folder).resolve())
        if not copy.is_used():
            print("tests in the copy would import another safepassage", file=sys.stderr)
            return 2
        code, output = copy.run(*sorted({m.test for m in mutants}))
        if code != PASSED:
            print(f"{output}\nthe named tests do not pass before any mutation", file=sys.stderr)
            return 2
        verdicts: list[str] = []
        for mutant in mutants:
            start = time.monotonic()
            try:
                original = mutant.break_it(copy.package)
            except ValueError as fault:
                print(fault, file=sys.stderr)
                return 2
            verdicts.append(verdict(*copy.run(mutant.test)))
            (copy.package / mutant.file).write_text(original)
            seconds = time.monotonic() - start
            where = mutant.test.rsplit("/", 1)[-1]
            print(f"{verdicts[-1]}: {mutant.name} ({seconds:.0f} s)\n    {where}", flush=True)
    noticed = verdicts.count("noticed")
    print(f"{noticed} of {len(mutants)} mutants noticed")
    return 0 if noticed == len(mutants) else 1


if __name__ == "__main__":
    sys.exit(main())
