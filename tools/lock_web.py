"""Write web/package-lock.json anew: hashes for all platforms, and no address."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

WEB = Path(__file__).resolve().parents[1] / "web"
ADDRESSES = ("resolved", "funding", "deprecated")


def main() -> None:
    """Resolve from nothing (npm forgets other platforms where packages are installed already)."""
    lock = WEB / "package-lock.json"
    lock.unlink(missing_ok=True)
    shutil.rmtree(WEB / "node_modules", ignore_errors=True)
    command = ["npm", "install", "--package-lock-only", "--ignore-scripts", "--no-audit"]
    subprocess.run(command, cwd=WEB, check=True)
    strip(lock)


def strip(lock: Path) -> None:
    """Take out whatever holds an address."""
    content = json.loads(lock.read_text(encoding="utf-8"))
    for package in content["packages"].values():
        for name in ADDRESSES:
            package.pop(name, None)
    lock.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
