"""The IPython shell of a learner's kernel. It shows what a Jupyter kernel would show, as text and PNG.

It follows ipykernel's own shell (ZMQInteractiveShell) except in three things: outputs are gathered instead of sent,
shell commands are refused, and nobody answers input().
"""

import builtins
import contextlib
import getpass
import inspect
import os
import site
import sys
import tempfile
import zlib
from collections.abc import Iterator
from typing import Any, NoReturn

from IPython.core.compilerop import CachingCompiler
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.error import StdinNotImplementedError, UsageError
from IPython.core.interactiveshell import InteractiveShell
from traitlets import Instance, Type
from traitlets.config import Config

from autograder.kernel.outputs import Outputs

NO_SHELL = "shell commands are not run while grading; everything here can be done in Python"
NO_INPUT = "{} was called, but this frontend does not support input requests."


class Publisher(DisplayPublisher):
    """display(...): into the outputs of the cell."""

    def publish(self, data: Any, *_: Any, transient: Any = None, update: Any = False, **__: Any) -> None:
        display_id = str((transient or {}).get("display_id", ""))
        if update:
            _outputs().update(display_id, data)
        else:
            _outputs().display("display_data", data, display_id)

    def clear_output(self, wait: bool = False) -> None:
        _outputs().clear(wait)


class Result(DisplayHook):
    """The value of a cell's last expression: into the outputs, too."""

    def write_output_prompt(self) -> None:
        pass

    def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
        _outputs().display("execute_result", format_dict, count=self.prompt_count)

    def finish_displayhook(self) -> None:
        self._is_active = False


class Compiler(CachingCompiler):
    """Names the code of cells as ipykernel does: warnings and tracebacks show the name, and treat it as a file's.

    `inspect` is told which module such a file belongs to. Otherwise it looks through all modules for it, several times
    for each line of a traceback, which takes ten times as long as everything else about the traceback."""

    def get_code_name(self, raw_code: str, transformed_code: str, number: int) -> str:
        name = f"{tempfile.gettempdir()}/ipykernel_{os.getpid()}/{zlib.crc32(raw_code.encode())}.py"
        inspect.modulesbyfile[name] = "__main__"
        return name


class Shell(InteractiveShell):
    """An InteractiveShell whose `outputs` gather what the cell shows."""

    outputs = Instance(Outputs)
    displayhook_class = Type(Result)
    display_pub_class = Type(Publisher)
    compiler_class = Type(Compiler)

    def init_hooks(self) -> None:
        super().init_hooks()
        self.set_hook("show_in_pager", lambda *_, **__: None, 99)  # a notebook has a pane of its own for help

    def init_magics(self) -> None:
        super().init_magics()
        scripts = self.magics_manager.registry["ScriptMagics"].script_magics
        for name in ("!", "sx", "system", "script", *scripts):
            self.register_magic_function(_refuse, "cell", name)  # type: ignore[arg-type]

    def enable_gui(self, gui: Any = None) -> None:
        pass

    @contextlib.contextmanager
    def _tee(self, channel: str) -> Iterator[None]:
        """IPython keeps a copy of all that is printed in its history, without a limit; here there is one copy."""
        yield

    def ask_exit(self) -> None:
        """exit() and quit() end nothing: the cells that follow are still to be run."""

    def system(self, cmd: str) -> NoReturn:
        raise UsageError(NO_SHELL)

    def getoutput(self, cmd: str, split: bool = True, depth: int = 0) -> NoReturn:
        raise UsageError(NO_SHELL)

    def _format_exception_for_storage(self, exception: BaseException, *_: Any, **__: Any) -> dict[str, Any]:
        """IPython formats every traceback once more for its history, which nobody reads here."""
        return {"ename": type(exception).__name__, "evalue": "", "traceback": []}

    def _showtraceback(self, etype: Any, evalue: Any, stb: list[str]) -> None:
        _outputs().error(etype.__name__, str(evalue), stb)


def make_shell(outputs: Outputs) -> Shell:
    """The one shell of this process, its inputs and displays set up as in a notebook."""
    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.autoindent = False
    os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"
    shell = Shell.instance(config=config, outputs=outputs)
    builtins.input = _raw_input
    getpass.getpass = _getpass
    site.sethelper()
    return shell


def _outputs() -> Outputs:
    """The shell's outputs, with all that was written so far in them."""
    sys.stdout.flush()
    sys.stderr.flush()
    return Shell.instance().outputs


def _raw_input(prompt: object = "") -> NoReturn:
    raise StdinNotImplementedError(NO_INPUT.format("raw_input"))


def _getpass(prompt: object = "", stream: object = None) -> NoReturn:
    raise StdinNotImplementedError(NO_INPUT.format("getpass"))


def _refuse(line: str, cell: str = "") -> NoReturn:
    raise UsageError(NO_SHELL)
