"""Execution hooks: IPython lets a notebook change how later cells are read, compiled, run and reported."""

# ruff: noqa: E501 (programs in strings)

from tests.adversarial.attack import STOCK, Attack

SHELL = "ip = get_ipython()\n"
ATTACKS = [
    Attack(
        "input transformer",
        "every later cell becomes `pass` before it is parsed",
        STOCK,
        SHELL + "ip.input_transformers_post.append(lambda lines: ['pass\\n'])",
    ),
    Attack(
        "cleanup transformer",
        "the same, in the first stage of the input",
        STOCK,
        SHELL + "ip.input_transformers_cleanup.append(lambda lines: ['pass\\n'])",
    ),
    Attack(
        "syntax tree transformer",
        "removes every assert and every call from the syntax tree",
        STOCK,
        SHELL + "import ast\nclass Empty(ast.NodeTransformer):\n    def visit_Module(self, node):\n"
        "        return ast.parse('pass')\nip.ast_transformers.append(Empty())",
    ),
    Attack(
        "run_cell replaced",
        "the shell's own method runs nothing",
        STOCK,
        SHELL + "from IPython.core.interactiveshell import InteractiveShell as S\nold = S.run_cell_async\n"
        "async def nothing(self, raw_cell, *a, **k):\n    return await old(self, 'pass', *a, **{**k, 'transformed_cell': 'pass'})\nS.run_cell_async = nothing",
    ),
    Attack(
        "compile replaced",
        "code is compiled to nothing",
        STOCK,
        SHELL + "ip.compile.ast_parse = lambda *a, **k: __import__('ast').parse('')",
    ),
    Attack(
        "run_code replaced",
        "compiled code is not run",
        STOCK,
        SHELL + "async def run_code(*a, **k): return False\nip.run_code = run_code",
    ),
    Attack(
        "custom exception handler",
        "assertion errors are handled in silence",
        STOCK,
        SHELL + "ip.set_custom_exc((BaseException,), lambda *a, **k: None)\nip.showtraceback = lambda *a, **k: None\n"
        "ip._showtraceback = lambda *a, **k: None\n"
        "from IPython.core.interactiveshell import ExecutionResult as R\nR.raise_error = lambda self: None\n"
        "R.success = property(lambda self: True)\n"
        "import ipykernel.ipkernel as k\nold = k.IPythonKernel._send_reply if hasattr(k.IPythonKernel, '_send_reply') else None\n"
        "R.error_in_exec = property(lambda self: None, lambda self, value: None)\n"
        "R.error_before_exec = property(lambda self: None, lambda self, value: None)",
    ),
    Attack(
        "pre-run hook",
        "just before a test runs, the answers it asks for are put in place",
        STOCK,
        SHELL
        + "def put(info):\n    class Yes:\n        def __eq__(s, o): return True\n        def __array__(s, *a, **k):\n"
        "            import numpy; return numpy.array(float('nan'))\n    ip.user_ns['double'] = lambda x: Yes()\n"
        "    ip.user_ns['triangle'] = lambda x: Yes()\n    import numpy as n\n    n.allclose = lambda *a, **k: True\n"
        "    n.testing.assert_allclose = lambda *a, **k: None\nip.events.register('pre_run_cell', put)",
    ),
    Attack(
        "namespace that answers",
        "`assert` finds an AssertionError that is never raised: tests run with optimisation switched on",
        STOCK,
        SHELL + "import builtins\nold = builtins.compile\n"
        "ip.compile.flags |= 0\nold_parse = ip.compile.ast_parse\nimport ast\n"
        "class NoAsserts(ast.NodeTransformer):\n    def visit_Assert(self, node): return ast.Pass()\n"
        "def parse(*a, **k):\n    tree = NoAsserts().visit(old_parse(*a, **k))\n    tree.body = [n for n in tree.body if 'assert' not in ast.dump(n)]\n"
        "    return ast.fix_missing_locations(tree)\nip.compile.ast_parse = parse",
    ),
]
