"""An answer that is right in many forms is compared through a view; shape and finiteness come first."""

import numpy as np
import pytest

from autograder import expect
from autograder.checks import Checks, part, run
from autograder.local import Local
from autograder.student import Student, tensor
from autograder.wrong import Wrong

W = np.array([[2.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
TURN = np.array([[0.6, -0.8], [0.8, 0.6]])
SHAPE = (3, 2)


def outer(w):
    return w @ w.T


def said(got, shapes=SHAPE, view=outer, want=None):
    with pytest.raises(Wrong) as wrong:
        expect.equivalent(got, view, W @ W.T if want is None else want, shapes, "W @ W.T")
    return wrong.value.message


@pytest.mark.parametrize("form", [W, -W, W @ TURN, W[:, ::-1], W.tolist()], ids=str)
def test_every_right_form_is_right(form):
    expect.equivalent(form, outer, W @ W.T, SHAPE, "W @ W.T")


def test_a_tuple_is_seen_as_a_whole():
    expect.equivalent((W, 2.0), lambda w, s: w @ w.T * s, 2 * W @ W.T, [SHAPE, ()], "s W @ W.T")


@pytest.mark.parametrize(
    ("got", "words"),
    [
        (1.5 * W, "(W @ W.T) gives 9 at index (0, 0)"),
        (W.T, "it has shape (2, 3); it should have shape (3, 2)"),
        (np.full(SHAPE, np.nan), "not finite"),
        ("W", "not text"),
    ],
    ids=["value", "shape", "finite", "kind"],
)
def test_what_is_off_is_said(got, words):
    assert words in said(got)


def test_a_tuple_of_the_wrong_length_or_form_is_told():
    assert "a tuple of 2 arrays" in said(W, shapes=[SHAPE, ()])
    assert "value number 2" in said((W, W), shapes=[SHAPE, ()])


def test_a_mistake_is_recognised_in_any_of_its_forms():
    check = Checks("00_factor")

    @check
    def factor(student):
        """W with W Wᵀ = S."""
        with part("is a factor"):
            expect.equivalent(student.factor(W @ W.T), outer, W @ W.T, SHAPE, "W @ W.T")

    @check.mistake("factor", "This is twice as long.")
    def doubled(s):
        return 2 * W

    verdict = run(check, "factor", Student(Local({"factor": lambda s: 2 * W @ TURN})), 1.0)
    assert (verdict.mistake, verdict.message, verdict.points) == ("doubled", "This is twice as long.", 0.0)
    assert run(check, "factor", Student(Local({"factor": lambda s: 3 * W})), 1.0).mistake == ""


def test_a_tensor_reaches_the_learner_as_one():
    student = Student(Local({"kind": lambda x: type(x).__name__, "twice": lambda x: 2 * x}))
    assert student.kind(tensor(np.ones(2, np.float32))).data() == "Tensor"
    assert student.twice(tensor(np.ones(2))).array((2,)).tolist() == [2.0, 2.0]
    assert student.grad("twice", tensor(np.ones(2)), wrt=[0]).data()[1][0].array.tolist() == [2.0, 2.0]
