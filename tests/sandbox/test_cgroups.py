"""Cgroups are found where a host delegates them, and set for the whole tree. Folders stand for the host's."""

from pathlib import Path

import pytest

from autograder.limits import Limits
from autograder.sandbox.cgroups import Cgroups, Place, find


def _folder(path: Path, **files: str) -> Path:
    path.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (path / name.replace("__", ".")).write_text(text)
    return path


def _mount(where: Path, kind: str, options: str, root: str = "/") -> str:
    return f"31 23 0:28 {root} {where} rw,relatime shared:9 - {kind} {kind} rw,{options}\n"


def test_version_2_is_used_where_an_ancestor_hands_its_controllers_on(tmp_path: Path) -> None:
    _folder(tmp_path, cgroup__subtree_control="cpu", cgroup__procs="")
    session = _folder(tmp_path / "user.slice", cgroup__subtree_control="memory pids", cgroup__procs="")
    _folder(session / "app.scope", cgroup__subtree_control="", cgroup__procs="")
    found = find(_mount(tmp_path, "cgroup2", "nsdelegate"), "0::/user.slice/app.scope\n")
    assert found == [Place("memory", 2, session), Place("pids", 2, session), Place("cpu", 2, tmp_path)]


def test_version_2_without_delegation_gives_nothing(tmp_path: Path) -> None:
    _folder(tmp_path, cgroup__subtree_control="", cgroup__procs="")
    assert find(_mount(tmp_path, "cgroup2", "nsdelegate"), "0::/\n") == []


def test_version_1_has_a_place_for_each_controller_it_lets_us_write_to(tmp_path: Path) -> None:
    memory = _folder(tmp_path / "memory" / "mine", cgroup__procs="")
    mounts = _mount(tmp_path / "memory", "cgroup", "memory") + _mount(tmp_path / "pids", "cgroup", "pids")
    assert find(mounts, "4:memory:/mine\n8:pids:/\n") == [Place("memory", 1, memory)]


def test_a_container_s_view_starts_at_its_own_root(tmp_path: Path) -> None:
    inside = _folder(tmp_path / "mine", cgroup__procs="")
    assert find(_mount(tmp_path, "cgroup", "memory", root="/docker/x"), "4:memory:/docker/x/mine\n") == [
        Place("memory", 1, inside)
    ]


def test_no_cgroups_at_all_is_no_error() -> None:
    assert find("22 27 0:21 / /proc rw - proc proc rw\n", "") == []


def test_a_cgroup_is_set_to_the_limits_and_read_out_after_use(tmp_path: Path) -> None:
    place = _folder(tmp_path / "v2")
    cgroups = Cgroups(Limits(memory_mb=100, processes=7), [Place("memory", 2, place)])
    cgroup = cgroups.make()
    made = _folder(cgroup.folders["memory"], memory__max="max", memory__oom__group="0")
    assert cgroups.make().folders["memory"] != made
    _folder(made, memory__events="low 0\noom 2\noom_kill 1\n", memory__peak=str(50 << 20))
    assert (cgroup.killed_for_memory(), cgroup.peak_mb()) == (True, 50)
    _folder(made, memory__events="low 0\noom 2\noom_kill 0\n")
    assert not cgroup.killed_for_memory()


def test_the_files_of_a_new_cgroup_get_the_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "exists", lambda path: True)  # a real host makes the files along with the folder
    cgroups = Cgroups(Limits(memory_mb=100, processes=7), [Place(name, 2, tmp_path) for name in ("memory", "pids")])
    written = {file.name: file.read_text() for file in cgroups.make().folders["memory"].iterdir()}
    memory = {"memory.max": str(100 << 20), "memory.swap.max": "0", "memory.oom.group": "1"}
    assert written == memory | {"pids.max": "7"}


def test_what_a_killed_judge_has_left_is_removed(tmp_path: Path) -> None:
    left, mine = _folder(tmp_path / "autograder-99999999-0"), _folder(tmp_path / "autograder-1-0")
    Cgroups(Limits(), [Place("memory", 2, tmp_path)])
    assert not left.exists() and mine.exists()


def test_what_workers_that_have_ended_have_left_is_removed_in_the_end(tmp_path: Path) -> None:
    cgroups = Cgroups(Limits(), [Place("memory", 2, tmp_path)])
    left = _folder(tmp_path / "autograder-99999999-3")
    cgroups.remove_all(1.0)
    assert not left.exists()


def test_a_host_that_refuses_goes_without(tmp_path: Path) -> None:
    cgroup = Cgroups(Limits(), [Place("memory", 1, tmp_path / "not there")]).make()
    assert cgroup.folders == {} and not cgroup.counts_memory and cgroup.peak_mb() is None and cgroup.removed()
