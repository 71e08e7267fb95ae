"""`elboroom lab`: copies what is missing, overwrites nothing, and serves JupyterLab on work/."""

import contextlib
import json
import os
import re
import shutil
import urllib.error
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import websocket

from autograder.errors import UserError
from elboroom.commands.lab import copy_course
from tests.infra.jupyter import api, lab_of
from tests.infra.makefile import plan

ROOT = Path(__file__).parents[2]
UNIT = "03_exponential"


@pytest.fixture
def course(small_course: Path) -> Path:
    return small_course / "course"


@pytest.fixture
def work(small_course: Path) -> Path:
    return small_course / "work"


def test_every_file_of_the_course_is_copied(course: Path, work: Path) -> None:
    copies = copy_course(course, work)
    assert copies == [work / "01_counts/01_counts.ipynb", work / "02_sums/02_sums.ipynb"]
    assert copies[0].read_text(encoding="utf-8") == "the notebook of 01_counts"


def test_a_file_of_the_learner_is_never_overwritten(course: Path, work: Path) -> None:
    mine = work / "01_counts/01_counts.ipynb"
    mine.parent.mkdir(parents=True)
    mine.write_text("my own work", encoding="utf-8")
    assert copy_course(course, work) == [work / "02_sums/02_sums.ipynb"]
    assert mine.read_text(encoding="utf-8") == "my own work"


def test_a_second_call_copies_nothing(course: Path, work: Path) -> None:
    copy_course(course, work)
    assert copy_course(course, work) == []


def test_jupyters_checkpoints_stay_behind(course: Path, work: Path) -> None:
    (course / "01_counts/.ipynb_checkpoints").mkdir()
    (course / "01_counts/.ipynb_checkpoints/old.ipynb").touch()
    assert len(copy_course(course, work)) == 2


@pytest.mark.parametrize("name", ["01_counts", "01_counts/01_counts.ipynb"])
def test_something_else_in_the_way_is_named(course: Path, work: Path, name: str) -> None:
    blocked = work / name
    blocked.mkdir(parents=True) if name.endswith(".ipynb") else (work.mkdir(), blocked.touch())
    with pytest.raises(UserError, match=re.escape(str(work / "01_counts/01_counts.ipynb"))):
        copy_course(course, work)


def test_a_course_without_notebooks_says_how_to_make_them(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="Make them with `autograder build`"):
        copy_course(tmp_path / "course", tmp_path / "work")
    assert not (tmp_path / "work").exists()


class RemoteKernel:
    """A kernel of a running JupyterLab, spoken to as its web page does. Close its socket when done."""

    def __init__(self, address: str, notebook: str) -> None:
        session = {"path": notebook, "name": notebook, "type": "notebook", "kernel": {"name": "python3"}}
        kernel = api(address, "api/sessions", session)["kernel"]["id"]
        url = f"{address.replace('http', 'ws')}/api/kernels/{kernel}/channels?token=test"
        self.socket = websocket.create_connection(url, timeout=120)

    def run(self, code: str) -> list[dict[str, Any]]:
        """Runs a cell; returns the contents of what it displays, prints or raises."""
        header = {"msg_id": uuid.uuid4().hex, "msg_type": "execute_request", "session": "test", "username": ""}
        message = {"header": header, "parent_header": {}, "metadata": {}, "channel": "shell"}
        self.socket.send(json.dumps(message | {"content": {"code": code, "silent": False}}))
        replies: list[dict[str, Any]] = []
        while True:
            reply = json.loads(self.socket.recv())
            if reply["parent_header"].get("msg_id") != header["msg_id"]:
                continue
            if reply["msg_type"] == "status" and reply["content"]["execution_state"] == "idle":
                return replies
            replies.append(reply)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A learner's lab, on a copy of the course without solutions."""
    root = tmp_path_factory.mktemp("copy")
    shutil.copy(ROOT / "course.toml", root)
    shutil.copytree(ROOT / "course", root / "course")
    with lab_of(root) as address:
        yield address


def test_every_notebook_opens_in_jupyterlab(address: str) -> None:
    notebooks = sorted(ROOT.glob("course/*/*.ipynb"))
    opened = [api(address, f"api/contents/{path.parent.name}/{path.name}") for path in notebooks]
    assert {each["type"] for each in opened} == {"notebook"}


def test_a_notebook_runs_in_a_kernel(address: str) -> None:
    notebook = api(address, f"api/contents/{UNIT}/{UNIT}.ipynb")["content"]
    code = [cell["source"] for cell in notebook["cells"] if cell["cell_type"] == "code"]
    kernel = RemoteKernel(address, f"{UNIT}/{UNIT}.ipynb")
    with contextlib.closing(kernel.socket):
        replies = [reply for source in code for reply in kernel.run(source)]
    assert [reply["content"]["evalue"] for reply in replies if reply["msg_type"] == "error"] == []
    cards = [reply for reply in replies if "text/html" in reply["content"].get("data", {})]
    assert len(cards) >= sum(source.startswith("check(") for source in code) > 0


def test_the_learners_lab_has_none_of_the_instructors_tools(address: str) -> None:
    with pytest.raises(urllib.error.HTTPError, match="404") as refusal:
        api(address, "formgrader/api/assignments")
    refusal.value.close()


def test_the_instructors_lab_has_formgrader_on_the_units(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    step = re.fullmatch(r'PATH="(.*):\$PATH" \.venv/bin/jupyter lab (.*)', plan(ROOT, "instructor")[-1])
    assert step
    path, options = step.groups()
    monkeypatch.setenv("PATH", f"{path}:{os.defpath}")
    for name in ("course.toml", "nbgrader_config.py"):
        shutil.copy(ROOT / name, tmp_path)
    shutil.copytree(ROOT / "solutions", tmp_path / "solutions")
    with lab_of(tmp_path, *options.split(), program="jupyter") as address:
        assignments = api(address, "formgrader/api/assignments")
    assert UNIT in [assignment["name"] for assignment in assignments]
