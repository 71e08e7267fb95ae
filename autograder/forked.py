"""What a forked child does before it computes."""

import sys


def one_thread() -> None:
    """Torch on one thread: the others did not survive the fork, and work shared out among them would wait for ever."""
    if torch := sys.modules.get("torch"):
        torch.set_num_threads(1)
