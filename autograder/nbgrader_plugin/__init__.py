"""Grading inside nbgrader: `nbgrader autograde` and Formgrader's button judge as `autograder grade` does.

In nbgrader_config.py:

    from autograder import nbgrader_plugin
    nbgrader_plugin.configure(c)

Repair comes first in the sanitising half: nbgrader's own steps then find nothing to complain of, and put in what only
the gradebook knows (hidden tests). Judge takes the place of Execute in the autograding half; everything after it reads
the judge's outputs as if a kernel had written them.
"""

from typing import Any

from nbconvert.preprocessors import ClearMetadataPreprocessor
from nbgrader.preprocessors import (
    AssignLatePenalties,
    CheckCellMetadata,
    ClearOutput,
    DeduplicateIds,
    IgnorePattern,
    LimitOutput,
    OverwriteCells,
    OverwriteKernelspec,
    SaveAutoGrades,
)

from autograder.nbgrader_plugin.judge import Judge
from autograder.nbgrader_plugin.markdown import safe_markdown2html
from autograder.nbgrader_plugin.repair import Repair

SANITIZE = [Repair, ClearOutput, DeduplicateIds, OverwriteKernelspec, OverwriteCells, CheckCellMetadata]
AUTOGRADE = [
    Judge,
    IgnorePattern,
    ClearMetadataPreprocessor,
    LimitOutput,
    SaveAutoGrades,
    AssignLatePenalties,
    CheckCellMetadata,
]

__all__ = ["AUTOGRADE", "SANITIZE", "Judge", "Repair", "configure", "safe_markdown2html"]


def configure(config: Any) -> None:
    """Sets nbgrader up to grade by the judge; `config` is traitlets' Config, or a config file's `c`."""
    config.Autograde.sanitize_preprocessors = SANITIZE
    config.Autograde.autograde_preprocessors = AUTOGRADE
    config.HTMLExporter.filters = {"markdown2html": safe_markdown2html}  # what feedback and Formgrader show
