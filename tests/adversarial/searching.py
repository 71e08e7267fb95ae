"""Searching: the solution, the checks, the truths, another submission, wherever they might be reached from a kernel."""

# ruff: noqa: E501 (programs in strings)

from tests.adversarial.attack import OPEN, Attack

TAKE = (
    "def take(path):\n    import json\n    for c in json.load(open(path))['cells']:\n"
    "        if 'solution' in str(c['metadata']) and c['metadata']['nbgrader'].get('solution'):\n"
    "            exec(''.join(c['source']), globals())\n"
)
THEIRS = {name: f"pass  # {name} is taken from elsewhere" for name in ("double", "triangle")}


def search(name: str, tries: str, code: str) -> Attack:
    return Attack(name, tries, OPEN, TAKE + code, THEIRS)


WALK = (
    "import os, glob\nfor root in {roots}:\n    for folder, _, files in os.walk(root):\n        for f in files:\n"
    "            if f == '00_target.ipynb' and 'solutions' in folder:\n                try: take(os.path.join(folder, f))\n"
    "                except Exception: pass\n"
)
ATTACKS = [
    search(
        "by its path",
        "the instructor's notebook is opened where it lies",
        "take('{course}/solutions/00_target/00_target.ipynb')",
    ),
    search(
        "by looking for it",
        "every folder is searched",
        WALK.replace("{roots}", "['{course}', '/home', '/root', '/srv']"),
    ),
    search(
        "through another process",
        "/proc/<pid>/root and /proc/<pid>/cwd lead into other processes' files",
        "import glob\nfor root in ['{course}'] + glob.glob('/proc/[0-9]*/cwd') + glob.glob('/proc/[0-9]*/root{course}'):\n"
        "    try: take(root + '/solutions/00_target/00_target.ipynb')\n    except OSError: pass",
    ),
    search(
        "through a link that it makes",
        "a symbolic link in the scratch folder",
        "import os\nos.symlink('{course}/solutions', 'link')\ntake('link/00_target/00_target.ipynb')",
    ),
    search(
        "by a shell",
        "a subprocess copies the file",
        "import subprocess\nsubprocess.run(['cp', '{course}/solutions/00_target/00_target.ipynb', 'mine.ipynb'])\ntake('mine.ipynb')",
    ),
    search(
        "another submission",
        "a neighbour's answers are read",
        "import glob\nfor path in glob.glob('{course}/../submitted/*/00_target/00_target.ipynb'):\n"
        "    if 'neighbour' in path: take(path)",
    ),
    search(
        "the checks as a module",
        "the hidden file is imported and the truth is asked",
        "import sys\nsys.path.insert(0, '{course}/solutions')\ntake('{course}/solutions/00_target/00_target.ipynb')",
    ),
    Attack(
        "the graded notebook",
        "what was written for a neighbour that was graded before",
        OPEN,
        TAKE
        + "import glob\nfor path in glob.glob('{course}/../**/neighbour/00_target/00_target.ipynb', recursive=True):\n"
        "    take(path)",
        THEIRS,
    ),
]
