"""The same check says the same of the same answer, whether it asks a notebook's namespace or a kernel elsewhere."""

from pathlib import Path

import pytest

import autograder
from autograder.checks import run
from autograder.checks.loading import load_hidden
from autograder.limits import Limits
from autograder.local import Local
from autograder.sandbox.unisolated import Unisolated
from autograder.student import Student
from tests.checks import toy

load_hidden(toy.check, Path(__file__).with_name("toy_hidden.py"))
ANSWERS = {
    "right, plain": "def mean(s):\n    if not len(s): raise ValueError('empty')\n    return sum(s) / len(s)",
    "right, numpy": "import numpy as np\ndef mean(s):\n    if not len(s): raise ValueError\n    return np.mean(s)",
    "right, torch": (
        "import torch\ndef mean(s):\n    if not len(s): raise ValueError\n"
        "    return torch.as_tensor(s, dtype=torch.float64).mean()"
    ),
    "a known mistake": "mean = sum",
    "not finite": "mean = lambda s: float('nan')",
    "a string": "mean = lambda s: '1.0'",
    "an object": "mean = lambda s: object()",
    "always equal": "class Yes(float):\n    __eq__ = lambda s, o: True\nmean = lambda s: Yes(7.0)",
    "a symbol": "import sympy\nmean = lambda s: sympy.Symbol('x')",
    "a subclass of the wanted error": (
        "class Empty(ValueError): pass\ndef mean(s):\n    if not len(s): raise Empty\n    return sum(s) / len(s)"
    ),
    "an error with a strange text": (
        "class Odd(Exception):\n    def __str__(self): raise KeyError\ndef mean(s): raise Odd"
    ),
    "nothing": "def mean(s): ...",
    "not there": "",
}


@pytest.fixture(scope="module")
def launcher():
    with Unisolated(Path(autograder.__file__).parent.parent, Limits()) as launcher:
        yield launcher


@pytest.mark.parametrize("source", ANSWERS.values(), ids=ANSWERS)
def test_near_and_far_agree(launcher, source):
    namespace: dict = {}
    exec(source, namespace)
    near = run(toy.check, "mean", Student(Local(namespace)), 4.0, seed=3)
    kernel = launcher.launch()
    assert kernel.request({"op": "run", "code": source.encode()}, 30)["status"] == "ok"
    far = run(toy.check, "mean", Student(kernel), 4.0, seed=3)
    assert near.to_dict() == far.to_dict()
    kernel.close()


def test_arrays_tensors_and_handles_cross_as_they_do_in_a_notebook(launcher):
    source = (
        "import torch, numpy as np\n"
        "def make(): return torch.nn.Linear(2, 1).double()\n"
        "def is_tensor(x): return bool(isinstance(x, torch.Tensor) and x.requires_grad)\n"
        "def cube(x): return x**3\n"
        "def apply(f, x): return f(x)\n"
        "def unwritten(*arguments): ...\n"
        "def square(m, x): return 0.0, (m(x) ** 2).sum()\n"
        "def as_float(m, x): return 0.0, float((m(x) ** 2).sum())\n"
        "def descend(optimiser, m, x):\n    square(m, x)[1].backward()\n    return optimiser.step() is None\n"
    )
    namespace: dict = {}
    exec(source, namespace)
    kernel = launcher.launch()
    kernel.request({"op": "run", "code": source.encode()}, 30)
    for endpoint in (Local(namespace), kernel):
        _drive(Student(endpoint))
    kernel.close()


def _drive(student):
    import numpy as np

    from autograder import codec

    module = student.make()
    module.load({"weight": np.array([[2.0, 3.0]]), "bias": np.array([1.0])})
    x = codec.Tensor(np.array([[1.0, 1.0]]), requires_grad=True, dtype="float64")
    assert module.call(x).array((1, 1)).item() == 6.0
    assert module.state().data()["bias"].array.tolist() == [1.0]
    assert student.is_tensor(x).data() is True
    output, gradients = student.grad("cube", np.array([2.0]), wrt=[0]).data()
    assert output.array.tolist() == [8.0] and gradients[0].array.tolist() == [12.0]
    assert student.apply(codec.Function("square"), np.array([3.0])).array().tolist() == [9.0]
    _differentiate(student, module, x)


def _differentiate(student, module, x):
    output, gradients = student.weight_gradients("square", module.handle(), x, module=module, which=1).data()
    assert output[1].array == 36.0
    assert gradients["weight"].array.tolist() == [[12.0, 12.0]] and gradients["bias"].array.tolist() == [12.0]
    detached = student.weight_gradients("as_float", module.handle(), x, module=module, which=1).data()
    assert detached == [(0.0, 36.0), {"weight": None, "bias": None}]
    assert student.grad("unwritten", 2.0, wrt=[0]).outcome() == {"ok": None}
    assert student.weight_gradients("unwritten", module.handle(), x, module=module).outcome() == {"ok": None}
    optimiser = module.descent(lr=0.5)
    assert student.descend(optimiser.handle(), module.handle(), x).data() is True
    assert module.state().data()["weight"].array.tolist() == [[-4.0, -3.0]]
