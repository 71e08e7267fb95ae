"""Unit 11's pictures and pages: they draw a witness once there is one, and the students' notebook tells no flaw."""

import json
import math

import numpy as np
import pytest

from elboroom.plots import flaws as plots
from elboroom.plots.picture import Picture, Waiting
from tests.units.flaws_right import RIGHT, best, bound, evidence
from tests.units.judging import Judge

judge = Judge("11_find_the_flaw")


@pytest.mark.parametrize(
    ("draw", "name"), [(plots.pushing, "raising_a_bound"), (plots.reshaped, "one_sample_confirms")]
)
def test_a_picture_of_a_witness_waits_for_it_and_draws_it(draw, name):
    for nothing in (..., None, {"line": 3, "mended": math.exp}, {"line": "sound", "why": []}):
        assert isinstance(draw(nothing), Waiting) and "This picture needs your numbers" in repr(draw(nothing))
    drawn = draw(RIGHT[name][0])
    assert isinstance(drawn, Picture) and drawn._repr_png_()[0].startswith(b"\x89PNG") and "{" not in drawn.caption


def test_the_curves_are_those_of_the_model():
    theta = np.array([0.3, 0.5, 1.7])
    assert plots._evidence(4.0, theta) == pytest.approx([evidence(4.0, t) for t in theta], abs=1e-6)
    top = [bound(4.0, t, best(4.0, t)) for t in theta]
    assert plots._best_bound(4.0, theta) == pytest.approx(top, abs=2e-3)


def test_the_pictures_that_need_nothing_are_there_at_once():
    assert isinstance(plots.chords(), Picture) and isinstance(plots.origins(offset=2.0), Picture)
    near, far = (plots.origins(offset=offset).figure.axes[1].get_title("left") for offset in (0.0, 6.0))
    assert near != far


def test_cells_of_the_table_carry_the_image_that_they_come_from():
    _, below = plots.reshaped({"log_w": np.arange(6.0).reshape(2, 3)}).figure.axes
    assert [text.get_text() for text in below.texts] == [f"image {n}" for n in (0, 1, 2, 0, 1, 2)]


def test_the_students_notebook_says_of_no_item_whether_it_is_sound():
    notebook = json.loads(judge.unit.student_notebook.read_text(encoding="utf-8"))
    cells = {c["metadata"].get("nbgrader", {}).get("grade_id"): "".join(c["source"]) for c in notebook["cells"]}
    for name in judge.names:
        assert cells[name].split() == [name, "=", "(", "...", ")"]
