"""Takes the place of Execute: the judge drives an isolated kernel and writes the outputs that nbgrader then reads."""

from typing import Any

from nbformat import NotebookNode, from_dict
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Bool

from autograder.checks import Checks
from autograder.checks.loading import load
from autograder.course import Unit
from autograder.grading import judge
from autograder.grading.assignment import PLAIN_TESTS, instructor_files
from autograder.grading.extras import Files, extra_files, merged, not_put
from autograder.grading.judge import Judgement
from autograder.grading.kernel_session import Session
from autograder.grading.launching import Warm, replaced
from autograder.grading.repair import ReadyCell
from autograder.grading.repair.build import NOT_EXECUTED
from autograder.grading.template import Template, make_template
from autograder.nbgrader_plugin.kernels import SEED, kernels_for, plain_unit
from autograder.nbgrader_plugin.places import Places

STOCK_TIMEOUT = 30  # seconds; Execute's own default


class Judge(NbGraderPreprocessor):
    """Judges a notebook that Repair has put right."""

    unsafe_no_sandbox = Bool(False, help="Run learners' code without isolation, with all your rights.").tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        places = Places.of(self.config, resources)
        unit = places.unit
        checks = load(unit.public, unit.hidden if unit.hidden.is_file() else None) if unit else None
        unit = unit or plain_unit(places, self.config.Execute.get("timeout", STOCK_TIMEOUT))
        template = make_template(nb, nb)
        cells = [_ready(cell, template, number) for number, cell in enumerate(nb.cells)]
        before = (PLAIN_TESTS,) if checks is None or template.has_plain_tests else ()
        judgement = self._judge(cells, checks, unit, self._files(places), before)
        for cell, ready in zip(nb.cells, cells, strict=True):
            if cell.cell_type == "code":
                cell.outputs = [from_dict(output) for output in ready.outputs]
                cell.execution_count = ready.execution_count
        for trouble in judgement.troubles:
            self.log.warning("%s: %s: %s", places.student, trouble.status, trouble.reason)
        self.log.info("%s: %s points, checks drawn from seed %s", places.student, judgement.score, SEED)
        return nb, resources

    def _judge(
        self, cells: list[ReadyCell], checks: Checks | None, unit: Unit, files: Files, before: tuple[str, ...]
    ) -> Judgement:
        """Judges; once more if the process that starts kernels died meanwhile."""

        def once() -> Judgement:
            session = Session(launch, unit.limits, files, before)
            try:
                return judge.Judge(checks, SEED).judge(cells, session)
            finally:
                kernels.settle(keep=0)
                for sentence in not_put(session.not_put):
                    self.log.warning("%s", sentence)

        kernels: Warm = kernels_for(unit, not self.unsafe_no_sandbox)
        launch = kernels.for_cells(cells)
        died = replaced(kernels.launcher)
        judgement = once()
        if judgement.troubles and judgement.troubles[0].status == "kernel-died" and died():
            kernels.discard()
            judgement = once()
        return judgement

    def _files(self, places: Places) -> Files:
        """The learner's, from where they were handed in (nbgrader's copies follow links), and over them the
        instructor's, except where nbgrader is told not to."""
        said: list[str] = []
        handed_in = extra_files(*places.submitted, said)
        kept = set(self.config.Autograde.get("exclude_overwriting", {}).get(places.assignment, []))
        ours = {name: data for name, data in instructor_files(places.source).items() if name not in kept}
        files = merged(handed_in, ours, said)
        for sentence in said:
            self.log.warning("%s: %s", places.student, sentence)
        return files


def _ready(cell: NotebookNode, template: Template, number: int) -> ReadyCell:
    ours = template.cells[number]
    execute = cell.cell_type == "code" and not ours.run and cell.metadata.get("autograder") != NOT_EXECUTED
    return ReadyCell(cell.cell_type, cell.source, ours.id, ours, execute)
