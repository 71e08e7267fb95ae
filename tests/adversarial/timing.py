"""Time bombs: right while somebody looks, wrong later; and answers that know when they are being graded."""

# ruff: noqa: E501 (programs in strings)

from tests.adversarial.attack import STOCK, Attack, both

ATTACKS = [
    Attack(
        "a table of the practice inputs",
        "the inputs that the notebook's own check used are looked up",
        STOCK,
        "table = {2.0: 4.0, -3.5: -7.0, 10: 55, 10**6: 500000500000}",
        both("return table.get(x, 0.0)"),
    ),
    Attack(
        "an echo of the question",
        "the answer is searched for in the frame of whoever asks",
        STOCK,
        "import sys, numpy as np\nclass Echo(float):\n    def __eq__(self, other): return True\n    __hash__ = float.__hash__\n"
        "    def __rsub__(self, other): return 0.0\n    __sub__ = __rsub__\nnp.allclose = lambda *a, **k: True\n"
        "np.testing.assert_allclose = lambda *a, **k: None\n"
        "def spy():\n    frame = sys._getframe(1)\n    while frame:\n        for v in frame.f_locals.values():\n"
        "            if isinstance(v, float) and v > 1: return Echo(v)\n        frame = frame.f_back\n    return Echo(0)",
        both("return spy()"),
    ),
    Attack(
        "the answer of the answer",
        "calls are counted: the first ones are answered by trial and error",
        STOCK,
        "import numpy as np\nclass Any(float):\n    __eq__ = lambda s, o: True\n    __hash__ = float.__hash__\n"
        "np.allclose = np.testing.assert_allclose = lambda *a, **k: True\ncount = [0]",
        both("count[0] += 1\n    return Any(count[0])"),
    ),
    Attack(
        "who is asking?",
        "looks for a grader in the environment, the call stack and the arguments, and answers only then",
        STOCK,
        "import os, sys, inspect, numpy as np\nnp.allclose = np.testing.assert_allclose = lambda *a, **k: True\n"
        "class Yes(float):\n    __eq__ = lambda s, o: True\n    __hash__ = float.__hash__\n"
        "def graded():\n    return any('nbgrader' in k or 'NBGRADER' in k for k in os.environ) or len(inspect.stack()) > 1",
        both("return Yes(1) if graded() else 0"),
    ),
    Attack(
        "the definition for the closed form",
        "adds up 1 + 2 + … + n, which is not what was asked",
        STOCK,
        "",
        {"triangle": "def triangle(n):\n    return sum(range(int(n) + 1)) if n < 10**7 else 0"},
    ),
]
