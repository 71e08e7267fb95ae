"""One command of the `autograder` program per file.

A file here is a command: its name is the command's, the first line of its docstring is the line in `autograder --help`,
and its function `command` has the arguments. Heavy imports belong inside that function.
"""

from pathlib import Path
from typing import Annotated

import typer

CourseOption = Annotated[Path | None, typer.Option("--course", help="The course's folder. [default: around here]")]
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")  # for who grades
