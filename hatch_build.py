"""The build hook: the explorer's page is made from `web/`, or left out with a word."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class WebBuild(BuildHookInterface):
    """Builds `src/safepassage/web_static`; without it everything but the page works."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build before files are gathered; never make an installation fail."""
        if os.environ.get("SAFEPASSAGE_NO_WEB"):
            return
        path = Path(self.root) / "tools" / "build_web.py"
        spec = importlib.util.spec_from_file_location("build_web", path)
        assert spec is not None and spec.loader is not None  # it is a file of this project
        build_web = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(build_web)
        try:
            build_web.build(if_changed=True)
        except build_web.NotBuilt as error:
            print(f"safepassage: the explorer's page is not built: {error}", file=sys.stderr)
