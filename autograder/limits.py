"""What one submission may use. The defaults stand here and nowhere else; `course.toml` overrides them."""

from dataclasses import dataclass, fields, replace
from typing import Any

from autograder.errors import UserError

MB = 1 << 20


@dataclass(frozen=True)
class Limits:
    """The limits on one learner's kernel: everything that it starts counts, not only its first process."""

    cell_seconds: float = 20.0  # wall time of one cell
    call_seconds: float = 10.0  # wall time of one request of a check
    total_seconds: float = 120.0  # wall time of all of them
    cpu_seconds: float = 120.0  # processor time of the whole process tree
    memory_mb: int = 1024  # memory of the whole process tree, scratch files included
    processes: int = 64
    open_files: int = 256  # per process
    disk_mb: int = 64  # the scratch directory
    cell_output_bytes: int = 1 * MB  # what one cell may print and draw
    total_output_bytes: int = 8 * MB

    @classmethod
    def from_toml(cls, table: dict[str, Any], base: "Limits | None" = None) -> "Limits":
        """`base` (the defaults) with the entries of a `limits` table. Raises UserError on what is not a limit."""
        kinds = {field.name: field.type for field in fields(cls)}
        for name, value in table.items():
            if name not in kinds:
                raise UserError(f"course.toml: there is no limit named {name!r}", f"Known are {', '.join(kinds)}")
            if not _fits(value, kinds[name]):
                wanted = "a whole number" if kinds[name] is int else "a number"
                raise UserError(f"course.toml: the limit {name} is {value!r}", f"It must be {wanted} above 0")
        return replace(base or cls(), **table)


def _fits(value: Any, kind: Any) -> bool:
    allowed = (int,) if kind is int else (int, float)
    return type(value) in allowed and 0 < value < float("inf")
