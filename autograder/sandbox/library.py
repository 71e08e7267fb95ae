"""The folder that a unit's kernel imports the course from: what course.toml allows it, and nothing else.

The unit's check module is there as a stand-in, so that the notebook's first line works: the real one, with the
definitions that answers are held against, stays outside. What would only take time to make again comes along: compiled
modules, and matplotlib's list of fonts.
"""

import contextlib
import importlib.util
import json
import os
import shutil
from importlib.machinery import SourceFileLoader
from pathlib import Path

import autograder
from autograder.course import Course, Unit
from autograder.errors import UserError

FONT_LISTS = "fontlist-*.json"  # in matplotlib's cache and in the library folder
ENGINE = ("codec", "kernel")  # the parts of autograder that a kernel consists of
STAND_IN = '''"""In grading, the checks run where this code can't reach them."""


def check(*names: object, **options: object) -> None:
    print("checked by the judge")
'''


def library(course: Course, unit: Unit, into: Path) -> Path:
    """Fills the folder `into` for this unit's kernels and returns it. UserError: a module isn't there."""
    copy_engine(into)
    for module in unit.kernel:
        source = _source(course, module)
        _copy(source, into.joinpath(*module.split(".")).with_suffix(source.suffix))
    stand_in = into.joinpath(*unit.public.split(".")).with_suffix(".py")
    stand_in.parent.mkdir(parents=True, exist_ok=True)
    stand_in.write_text(STAND_IN, encoding="utf-8")
    copy_font_list(into)
    _make_packages(into)
    return into


def copy_engine(into: Path) -> None:
    """The part of the library folder that is the same for every course."""
    for part in ENGINE:
        _copy(Path(autograder.__file__).parent / part, into / "autograder" / part)
    _make_packages(into)


def copy_font_list(into: Path) -> None:
    """matplotlib's list of fonts, if whoever grades has ever drawn a picture, without the fonts of their own."""
    caches = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    for cached in Path(os.environ.get("MPLCONFIGDIR") or Path(caches, "matplotlib")).glob(FONT_LISTS):
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            fonts = json.loads(cached.read_text(encoding="utf-8"))
            for kind in ("afmlist", "ttflist"):
                fonts[kind] = [font for font in fonts[kind] if not font["fname"].startswith("/")]
            (into / cached.name).write_text(json.dumps(fonts), encoding="utf-8")


def _source(course: Course, module: str) -> Path:
    """The file, or the folder of a package, that `module` is."""
    inside = course.root.joinpath(*module.split("."))
    for candidate in (inside.with_suffix(".py"), inside):
        if candidate.exists():
            return candidate
    try:
        spec = importlib.util.find_spec(module)
    except ModuleNotFoundError:
        spec = None
    if spec is None or spec.origin is None:
        raise UserError(f"course.toml: the kernel module {module} can't be found", "Mend its name, or install it")
    origin = Path(spec.origin)
    return origin.parent if origin.name == "__init__.py" else origin


def _copy(source: Path, target: Path) -> None:
    """With its time, by which Python knows whether the compiled module that comes along is that of this source."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        for module in source.rglob("*.py"):
            _compile(module)
        shutil.copytree(source, target, dirs_exist_ok=True)
        return
    shutil.copy2(source, target)
    if source.suffix == ".py" and (compiled := _compile(source)).is_file():
        cache = target.parent / "__pycache__"
        cache.mkdir(exist_ok=True)
        shutil.copy2(compiled, cache / compiled.name)


def _compile(source: Path) -> Path:
    """Lets Python see to the compiled module, as an import would: most of these modules are imported by kernels only,
    which can't write it. Returns where it is, if it is there."""
    with contextlib.suppress(SyntaxError, ValueError):  # the import will say so
        SourceFileLoader(source.stem, str(source)).get_code(source.stem)
    return Path(importlib.util.cache_from_source(str(source)))


def _make_packages(into: Path) -> None:
    """An empty __init__ where a package has none; all of it readable by a user who owns nothing here."""
    for folder in [into, *(path for path in into.rglob("*") if path.is_dir())]:
        if folder != into and folder.name != "__pycache__" and not (folder / "__init__.py").exists():
            (folder / "__init__.py").touch()
        folder.chmod(0o755)
        for file in folder.iterdir():
            if file.is_file():
                file.chmod(0o644)
