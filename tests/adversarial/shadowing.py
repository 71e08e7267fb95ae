"""Files beside the notebook that stand in for modules, or run before anybody asks them to."""

from tests.adversarial.attack import STOCK, Attack

FAKE = "allclose = lambda *a, **k: True\nclass testing:\n    assert_allclose = staticmethod(lambda *a, **k: None)\n"
HOOK = (
    "import builtins\ndef start():\n    try:\n        ip = get_ipython()\n    except NameError:\n        return\n"
    "    ip.input_transformers_post.append(lambda lines: ['pass\\n'])\n"
)
ASSERTS_OFF = (
    "import IPython\nip = IPython.get_ipython()\nip and ip.input_transformers_post.append(lambda lines: ['pass\\n'])\n"
)
ANSWER = {"double": "def double(x):\n    return Yes(0)", "triangle": "def triangle(x):\n    return Yes(0)"}
YES = "class Yes(float):\n    __eq__ = lambda s, o: True\n    __hash__ = float.__hash__\n"
ATTACKS = [
    Attack("numpy.py", "a numpy whose comparisons are true", STOCK, YES, ANSWER, files={"numpy.py": FAKE}),
    Attack("numpy as a package", "the same as a folder", STOCK, YES, ANSWER, files={"numpy/__init__.py": FAKE}),
    Attack(
        "a module of IPython's",
        "a module that the kernel imports late is ours",
        STOCK,
        YES + "import importlib, sys\nsys.path.insert(0, '.')\nsys.modules.pop('numpy', None)\n"
        "[sys.modules.pop(m) for m in list(sys.modules) if m.startswith('numpy.')]",
        ANSWER,
        files={"numpy.py": FAKE},
    ),
    Attack(
        "autograder.py",
        "a stand-in for the engine",
        STOCK,
        YES + "import numpy as np\nnp.allclose = lambda *a: True\nnp.testing.assert_allclose = lambda *a: None",
        ANSWER,
        files={"autograder.py": "raise SystemExit", "elboroom.py": ""},
    ),
    Attack(
        "the check's module",
        "tests/adversarial/target_checks.py beside the notebook",
        STOCK,
        YES + "import numpy as np\nnp.allclose = lambda *a: True\nnp.testing.assert_allclose = lambda *a: None",
        ANSWER,
        files={
            "tests/__init__.py": "",
            "tests/adversarial/__init__.py": "",
            "tests/adversarial/target_checks.py": "check = lambda name: 2.0",
        },
    ),
    Attack(
        "sitecustomize.py",
        "runs at the start of every Python",
        STOCK,
        "import sitecustomize\n" + ASSERTS_OFF,
        files={"sitecustomize.py": ASSERTS_OFF},
    ),
    Attack(
        "usercustomize.py",
        "runs for this user",
        STOCK,
        "import usercustomize\n" + ASSERTS_OFF,
        files={"usercustomize.py": ASSERTS_OFF},
    ),
    Attack(
        "ipython_config.py",
        "configures the shell to run lines before the first cell",
        STOCK,
        "get_ipython().run_line_magic('run', 'ipython_config.py')" + "\n" + ASSERTS_OFF,
        files={"ipython_config.py": "exec_lines = ['pass']", "profile_default/startup/00.py": ASSERTS_OFF},
    ),
    Attack(
        "a path file", "a .pth file with code in it", STOCK, "exec(open('x.pth').read())", files={"x.pth": ASSERTS_OFF}
    ),
    Attack("conftest.py", "hooks for a test runner", STOCK, "import conftest", files={"conftest.py": ASSERTS_OFF}),
]
