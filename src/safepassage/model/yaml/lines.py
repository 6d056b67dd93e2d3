"""Where each field of a file stands, so that a fault can name its line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from safepassage.errors import Fault


@dataclass(frozen=True)
class Lines:
    """Line numbers of one YAML file by dotted field, such as `transitions.capture.hazard`."""

    file: str
    numbers: Mapping[str, int]

    def of(self, field: str) -> int:
        """1-based line of a field, or of its nearest parent that the file holds; 0 for neither."""
        while field:
            if field in self.numbers:
                return self.numbers[field]
            field = field.rpartition(".")[0]
        return 0

    def fault(self, field: str, message: str) -> Fault:
        """A fault at a dotted field."""
        return Fault(self.file, self.of(field), field, message)
