"""Model folders that come with the package, by name."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from safepassage.errors import Fault, InputError

MODEL_FILE = "model.yaml"


def bundled_models() -> dict[str, Path]:
    """Bundled model folders by name, as the command line writes it (`two-words`)."""
    root = Path(str(files("safepassage"))) / "models"
    if not root.is_dir():
        return {}
    folders = sorted(path for path in root.iterdir() if (path / MODEL_FILE).is_file())
    return {folder.name.replace("_", "-"): folder for folder in folders}


def find_model(name: Path | str) -> Path:
    """The folder of a model.

    Args:
        name: a bundled name, with `-` or `_`, or the path of a folder. A bare word that is the
            name of a bundled model is that model, even if a folder is called so.

    Raises:
        InputError: it is neither.
    """
    bundled = bundled_models()
    if isinstance(name, str) and name.replace("_", "-") in bundled:
        return bundled[name.replace("_", "-")]
    try:
        path = Path(name)
        if path.is_dir():
            return path
    except (OSError, ValueError):  # a name too long, or with a NUL, for the file system
        path = Path("model")
    names = ", ".join(bundled) or "none"
    message = f"is neither a folder nor a bundled model; bundled: {names}"
    raise InputError([Fault(str(name)[:200], 0, "", message)])
