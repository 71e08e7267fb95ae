"""Monkeypatching: what a test calls to compare is no longer what it was."""

# ruff: noqa: E501 (programs in strings)

from tests.adversarial.attack import STOCK, TRUSTING, Attack, both

YES = "class Yes(float):\n    __eq__ = lambda s, o: True\n    __hash__ = float.__hash__\n"
LIE = {name: f"def {name}(x):\n    return Yes(0)" for name in ("double", "triangle")}
NUMPY = "import numpy as np\nnp.allclose = lambda *a, **k: True\nnp.testing.assert_allclose = lambda *a, **k: None\n"
ATTACKS = [
    Attack("numpy's comparisons", "allclose is always true", STOCK, NUMPY + YES, LIE),
    Attack(
        "numpy's submodule",
        "numpy.testing is another module",
        STOCK,
        YES + "import sys, types, numpy\nfake = types.ModuleType('numpy.testing')\n"
        "fake.assert_allclose = lambda *a, **k: None\nsys.modules['numpy.testing'] = numpy.testing = fake\n"
        "numpy.allclose = lambda *a, **k: True",
        LIE,
    ),
    Attack(
        "numpy as a whole",
        "numpy is a module of which everything is true",
        STOCK,
        YES + "import sys, types\nclass All(types.ModuleType):\n    def __getattr__(s, n): return s\n"
        "    def __call__(s, *a, **k): return s\nsys.modules['numpy'] = All('numpy')",
        LIE,
    ),
    Attack(
        "the import system",
        "whatever is imported later answers yes",
        STOCK,
        YES + "import builtins\nold = builtins.__import__\nclass All:\n    def __getattr__(s, n): return s\n"
        "    def __call__(s, *a, **k): return s\n"
        "builtins.__import__ = lambda name, *a, **k: All() if name == 'numpy' else old(name, *a, **k)",
        LIE,
    ),
    Attack(
        "AssertionError",
        "the name that asserts raise is an exception that can't be made",
        TRUSTING,
        "import builtins\nclass Quiet(Exception): pass\nbuiltins.AssertionError = Quiet\n" + YES + NUMPY,
        LIE,
    ),
    Attack(
        "the codec",
        "values are packed as whatever the judge would like to see",
        TRUSTING,
        YES
        + "import sys\nfor m in list(sys.modules.values()):\n    if getattr(m, '__name__', '').startswith('autograder'):\n"
        "        for n in dir(m):\n            if n in ('pack', 'close', 'run', 'established'):\n"
        "                try: setattr(m, n, lambda *a, **k: b'')\n                except Exception: pass\n" + NUMPY,
        LIE,
    ),
    Attack(
        "the answering side",
        "the kernel's own dispatcher says that every call went well",
        TRUSTING,
        YES + NUMPY + "import sys\nm = sys.modules.get('autograder.kernel.answers')\n"
        "if m: m.Answers.answer = lambda self, message: [{'ok': True} for _ in message['calls']]",
        LIE,
    ),
    Attack(
        "the operator module and math",
        "subtraction and absolute values are zero",
        TRUSTING,
        NUMPY
        + YES
        + "import builtins, math, operator\nbuiltins.abs = lambda x: 0.0\nmath.isclose = lambda *a, **k: True\n"
        "operator.sub = lambda a, b: 0.0\noperator.eq = lambda a, b: True",
        LIE,
    ),
    Attack(
        "garbage collection",
        "every float in the process is searched for and every comparison method replaced",
        TRUSTING,
        NUMPY
        + YES
        + "import gc\nfor o in gc.get_objects():\n    if isinstance(o, type) and o.__module__ not in ('builtins',):\n"
        "        try: o.__eq__ = lambda s, other: True\n        except Exception: pass",
        LIE,
    ),
    Attack(
        "check itself",
        "the name `check` is the learner's own function, and returns full marks",
        STOCK,
        NUMPY + YES + "check = lambda name: 2.0",
        both("return Yes(1)"),
    ),
]
