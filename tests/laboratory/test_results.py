"""The page of results: made of the runs' metrics alone; runs that are done are not done again."""

import json
from pathlib import Path

import pytest

from autograder.errors import UserError
from elboroom.results.__main__ import main
from elboroom.results.cells import mean, seed_deviation, verdict
from elboroom.results.declared import Run, declared
from elboroom.results.driver import do, finished, forecast
from elboroom.results.page import written
from elboroom.results.tables import TABLES
from elboroom.training import settings_for

DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.fixture
def tiny():
    return Run("vae-tiny-0", settings_for("vae", steps=3, subset=True), samples=(1, 2))


def metrics_of(run, **changes):
    bounds = {str(m): 97.0 for m in run.samples}
    figures = {"nelbo": 97.0, "kl": 18.0, "rec": 79.0, "active_units": 10, "iwae": bounds}
    figures |= {"accuracy": 0.9, "agreement": 0.9}
    spent = {"seconds": 100.0, "evaluation_seconds": 20.0, "steps_per_second": 200.0, "device": "a CPU"}
    errors = dict.fromkeys(("nelbo", "accuracy", *bounds), 0.25)
    return figures | spent | {"se": errors, "settings": run.settings.to_dict(), "version": 1} | changes


def test_the_page_is_what_its_json_says():
    assert main(["--check", "--docs", str(DOCS)]) == 0


def test_names_of_runs_are_unique_and_files_are_of_declared_runs():
    names = [run.name for run in declared()]
    assert len(set(names)) == len(names)
    assert {path.stem for path in (DOCS / "results").glob("*.json")} <= set(names)


def test_a_run_is_done_once_and_its_metrics_are_kept(tiny, tmp_path, capsys):
    do([tiny], tmp_path / "kept", tmp_path / "runs", "cpu")
    first = json.loads((tmp_path / "kept/vae-tiny-0.json").read_text())
    assert {"nelbo", "seconds", "evaluation_seconds", "version"} <= first.keys() and tiny.is_done_by(first)
    do([tiny], tmp_path / "kept", Path("/dev/null"), "cpu")  # it would need a folder if it were done again
    assert "1 of 1 runs are done. None is missing." in capsys.readouterr().out


def test_a_run_whose_settings_have_changed_is_done_from_the_beginning(tiny, tmp_path):
    do([tiny], tmp_path / "kept", tmp_path / "runs", "cpu")
    changed = Run(tiny.name, tiny.settings.changed(learning_rate=2e-3), tiny.samples)
    do([changed], tmp_path / "kept", tmp_path / "runs", "cpu")
    metrics = json.loads((tmp_path / "kept/vae-tiny-0.json").read_text())
    assert metrics["settings"]["learning_rate"] == 2e-3 and changed.is_done_by(metrics)


@pytest.mark.parametrize("changes", [{"version": 0}, {"settings": {"steps": 4}}, {"iwae": {"1": 97.0}}])
def test_a_run_with_other_settings_code_or_samples_is_not_the_one_that_is_declared(tiny, tmp_path, changes):
    (tmp_path / "vae-tiny-0.json").write_text(json.dumps(metrics_of(tiny, **changes)))
    assert not finished([tiny], tmp_path)
    (tmp_path / "vae-tiny-0.json").write_text(json.dumps(metrics_of(tiny)))
    assert list(finished([tiny], tmp_path)) == ["vae-tiny-0"]


def test_the_hours_of_what_is_missing_follow_from_finished_runs_of_the_model(tiny):
    long = Run("vae-tuned-0", settings_for("vae"))
    other = Run("gmvae-tuned-0", settings_for("gmvae"))
    done = {"vae-tiny-0": metrics_of(tiny) | {"settings": {"model": "vae", "steps": 20_000}}}
    assert "take 0.0 hours, and 1 of them" in forecast([long, other], done)
    assert "take 0.3 hours." in forecast([long] * 10, done)


def test_every_table_can_be_made_without_any_run_and_with_all_of_them():
    page = "\n".join(f"<!-- table {name}, from docs/results/*.json -->\nstale\n<!-- end -->" for name in TABLES)
    empty = written(page, {})
    assert "not run yet" in empty and "not measured yet" in empty and "stale" not in empty
    full = written(page, {run.name: metrics_of(run) for run in declared()})
    assert "not run yet" not in full and "not measured yet" in full
    assert "| VAE, NELBO | ≤ 96.9 | 97.00 | 3 of 3 | **missed** |" in full


def test_a_page_with_other_tables_is_refused():
    with pytest.raises(UserError, match="Wanted, once each: wanted, vae"):
        written("nothing", {})


def test_figures_are_means_over_seeds_and_say_when_not_every_seed_has_them(tiny):
    runs = [metrics_of(tiny, nelbo=96.0), metrics_of(tiny, nelbo=97.0, iwae={"1": 97.0})]
    assert (mean(runs, "nelbo"), seed_deviation(runs, "nelbo")) == ("96.50", "0.71")
    assert mean(runs, "2") == "97.00 (of 1)" and mean(runs, "1000") == ""
    assert [verdict(runs, "nelbo", most) for most in (96.5, 96.4)] == ["held", "**missed**"]
    assert verdict(runs, "accuracy", 0.95, at_most=False) == "**missed**" and verdict([], "nelbo", 1) == "not run yet"
