"""A kernel in a plain process. Nothing isolates it: it is for hosts where the person who grades accepts that."""

import json
import os

from autograder.kernel.outputs import Outputs
from autograder.kernel.rlimits import set_limits
from autograder.kernel.serve import serve
from autograder.kernel.shell import make_shell


def main(argument: str) -> None:
    """Serves until the judge hangs up. `argument`: JSON with the socket's descriptor, the seed, and the limits."""
    given = json.loads(argument)
    outputs = Outputs(given["cell_output_bytes"], given["total_output_bytes"])
    shell = make_shell(outputs)
    set_limits(given)
    serve(given["descriptor"], shell, outputs, given["seed"])
    os._exit(0)
