"""The door of the command line: arguments in, one answer and an exit code out."""

from __future__ import annotations

import contextlib
import functools
import os
import sys
import traceback
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from cyclopts import App, CycloptsError

from safepassage.cli.answer import Answer
from safepassage.cli.check import check
from safepassage.cli.compare import compare
from safepassage.cli.convert import convert
from safepassage.cli.diff import diff
from safepassage.cli.explore import explore
from safepassage.cli.export import export
from safepassage.cli.figures import figures
from safepassage.cli.fit import fit
from safepassage.cli.flee import flee
from safepassage.cli.flee_calibrate import flee_calibrate
from safepassage.cli.forecast import forecast
from safepassage.cli.plan import plan
from safepassage.cli.rank import rank
from safepassage.cli.report import report
from safepassage.cli.run import run
from safepassage.cli.runs import runs
from safepassage.cli.simulate import simulate
from safepassage.cli.trace import trace
from safepassage.errors import Fault, InputError, Refused
from safepassage.version import __version__

DONE, DEFECT, WRONG_INPUT, REFUSED = 0, 1, 2, 3
INTERRUPTED, CLOSED_PIPE = 130, 141
"""As shells count them: 128 and the number of the signal."""
RUN_ROOT = "SAFEPASSAGE_CACHE"
"""The environment variable that names the folder of stored runs."""

HELP = """Model dangerous journeys: what happens on each route, and how certain that is.

Exit codes: 0 done; 1 defect in safepassage; 2 wrong input; 3 refused; 130 interrupted.
"""


def _app() -> App:
    app = App(
        name="safepassage",
        help=HELP,
        version=__version__,
        help_format="plaintext",
        suppress_keyboard_interrupt=False,
    )
    commands = (
        run, check, simulate, fit, rank, forecast, compare, plan, trace, report, figures, explore,
        export, diff, flee, flee_calibrate, convert,
    )  # fmt: skip
    for place, command in enumerate(commands):
        app.command(_with_run_root(command), sort_key=place)
    app.command(runs)
    return app


def _with_run_root(command: Callable[..., Any]) -> Callable[..., Any]:
    """A command for which runs are stored where its `--runs` says."""

    @functools.wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        own = kwargs.get("runs") or getattr(kwargs.get("options"), "run_root", None)
        with _run_root(own):
            return command(*args, **kwargs)

    return run


@contextlib.contextmanager
def _run_root(folder: Path | None) -> Iterator[None]:
    """Store runs in a folder; where none is named, where they are always stored.

    The environment is what workers of a cluster on this machine inherit too.
    """
    if folder is None:
        yield
        return
    before = os.environ.get(RUN_ROOT)
    os.environ[RUN_ROOT] = str(folder.absolute())
    try:
        yield
    finally:
        if before is None:
            del os.environ[RUN_ROOT]
        else:
            os.environ[RUN_ROOT] = before


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        arguments: Those of the command line unless given.

    Returns:
        The exit code.
    """
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    warnings.showwarning = _show_warning
    try:
        return _answer(arguments)
    except CycloptsError as error:
        return _say(f"safepassage: {_one_line(error)} (see safepassage --help)", WRONG_INPUT)
    except InputError as error:
        faults = [with_option(fault, arguments[0] if arguments else "") for fault in error.faults]
        return _say("\n".join(map(str, faults)), WRONG_INPUT)
    except Refused as error:
        return _say(f"refused: {error}", REFUSED)
    except KeyboardInterrupt:
        return _say(
            "interrupted; finished parts are stored, and the same command resumes from there",
            INTERRUPTED,
        )
    except BrokenPipeError:
        # Whoever read us has left. Python would complain at its end about what is unwritten.
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return CLOSED_PIPE
    except Exception as error:
        return _defect(error)


OPTIONS = {
    "first_year": "--from",
    "last_year": "--to",
    "weights": "--weight",
    "fits": "--calibration",
    "where": "--cluster",
    "path": "--out",
}
"""Options that are not called as the Python argument."""
FILES = {"compare": "--scenario-file", "figures": "--scenario-file", "plan": "--lever-file"}
"""What the argument `file` is called, by command."""
ARGUMENTS = frozenset(("name", "run", "first", "second", "file"))
"""Arguments that the command line takes by their place."""


def with_option(fault: Fault, command: str) -> Fault:
    """A fault of a call, named by the command's option instead of the Python argument."""
    name = FILES.get(command, fault.field) if fault.field == "file" else fault.field
    if fault.file != "call":
        in_file = {"evidence": "--evidence", "path": "--out", "out": "--out"}
        return replace(fault, field=in_file.get(fault.field, fault.field))
    if name in ARGUMENTS:
        return Fault(command, 0, name.upper(), fault.message)
    option = name if name.startswith("--") else OPTIONS.get(name, f"--{name.replace('_', '-')}")
    return Fault(option, 0, "", fault.message)


def _answer(arguments: list[str]) -> int:
    """Run the command with standard output kept free for its answer, then print that."""
    stdout = sys.stdout
    asks_for_help = not arguments or bool({"--help", "-h", "--version"} & set(arguments))
    with contextlib.nullcontext() if asks_for_help else contextlib.redirect_stdout(sys.stderr):
        try:
            result: Any = _app()(
                arguments, exit_on_error=False, print_error=False, result_action="return_value"
            )
        except SystemExit as gone:  # how rich leaves when nobody reads its help any more
            raise BrokenPipeError from gone
        text = result.render() if isinstance(result, Answer) else ""
    if text:
        stdout.write(text + "\n")
    stdout.flush()
    return DONE


def _defect(error: Exception) -> int:
    if os.environ.get("SAFEPASSAGE_DEBUG"):
        traceback.print_exception(error, file=sys.stderr)
    hint = "set SAFEPASSAGE_DEBUG=1 for the traceback"
    return _say(f"safepassage: {type(error).__name__}: {_one_line(error)} ({hint})", DEFECT)


def _say(message: str, code: int) -> int:
    with contextlib.suppress(BrokenPipeError):
        print(message, file=sys.stderr, flush=True)
    return code


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split())


def _show_warning(message: Warning | str, *_: Any) -> None:
    """A warning as one line, without the place in our code."""
    _say(f"note: {' '.join(str(message).split())}", DONE)


if __name__ == "__main__":
    sys.exit(main())
