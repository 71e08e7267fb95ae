"""What the sandbox promises, each promise with an attempt to break it from inside a learner's kernel.

`autograder doctor` prints which hold on this host; the tests hold all of them, as root and as an ordinary user, and
show that every attempt succeeds where nothing protects. No attempt does harm when it succeeds.
"""

from autograder.sandbox.protections import files, limits, network, processes
from autograder.sandbox.protections.attempt import LIMITS, Protection

__all__ = ["LIMITS", "PROTECTIONS", "Protection"]

PROTECTIONS: tuple[Protection, ...] = (
    *files.PROTECTIONS,
    *network.PROTECTIONS,
    *processes.PROTECTIONS,
    *limits.PROTECTIONS,
)
