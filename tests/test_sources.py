"""docs/sources.md is whole and true: a row for every part of every source, no row empty, everything named exists."""

import importlib
import re

import pytest

from autograder.build.read import read_master
from autograder.course import Course
from tests import test_errata
from tests.derivation.source_proofs import PROOFS

COURSE = Course.find()
PAGE = (COURSE.root / "docs" / "sources.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", PAGE, re.M | re.S))
*SOURCES, ERRATA = SECTIONS
PARTS = {  # what the sources number, or set apart; in the homework several equations share a row
    "Assignment": ["1", "1.1", "1.2", "1.3", "2.1", "2.2", "2.3", "2.4"],
    "Lectures": [
        *("Introduction", "Autoencoder: PCA", "Autoencoder: kernel PCA", "Autoencoder: deep"),
        *(f"VAE, step {n}" for n in range(1, 5)),
        *(f"VAE, KL: {what}" for what in ("definition", "property 1", "property 2", "what it is for")),
        *(f"Derivation: {what}" for what in ("the aim", "Figure 1", "the identity", "(1)", "(2)", "(3)")),
        *(f"Reparameterization: {what}" for what in ("(4)", "Monte Carlo", "θ")),
        *(f"Instantiation: {what}" for what in ("the prior", "the decoder", "squared error", "q", "T")),
    ],
    "Sheet": [
        *(f"Problem {p}" for p in ("1", "1 a", "1 b", "1 c", "2 a", "2 b", "3")),
        *(f"Problem 3 ({n})" for n in range(1, 8)),
    ],
    "Homework": [
        *(f"Problem {p}" for p in ("1.3", "1.5", "2.2", "2.3", "3.3", "3.4", "4.1", "4.2", "5", "5, the best q")),
        *(f"Problem 3.1 ({n})" for n in range(1, 16)),
        *(f"Problem 5 ({n})" for n in range(16, 33)),
    ],
    "ELBO": [
        *("p. 1, goal", "p. 1, Bayes' rule", "p. 1, 1", "p. 1, 2", "p. 1, 3", "p. 2, 4", "p. 2, 5"),
        *("p. 2, 5, last remark", "p. 3, in practice", "p. 3, 1", "p. 3, 2", "pp. 3 and 4, 3", "p. 4, 4", "p. 5, 5"),
        *("p. 5, 6", "p. 5, 6, batch", "p. 5, reparametrization", "p. 6, Monte Carlo", "p. 6, the estimator"),
        *("p. 6, proof 1", "p. 6, proof 2", "p. 6, proof 3", "p. 6, Gaussian"),
    ],
}


def rows(section: str) -> list[list[str]]:
    """The cells of a section's table, without its head."""
    lines = [line for line in SECTIONS[section].splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def numbered(part: str) -> list[str]:
    """A row's part, one by one: `Problem 5 (16) to (19)` and `Problem 5 (29), (30)` are several."""
    several = re.fullmatch(r"(.+ )\((\d+)\)(?: to |, )\((\d+)\)", part)
    if not several:
        return [part]
    return [f"{several[1]}({n})" for n in range(int(several[2]), int(several[3]) + 1)]


def covers(cell: str) -> dict[str, list[str]]:
    """What a last cell names: exercises, proofs, errata, results. ValueError for anything else."""
    proofs = [name for group in re.findall(r"proofs? (`\w+`(?:, `\w+`)*)", cell) for name in re.findall(r"\w+", group)]
    named = {
        "exercises": re.findall(r"`(\d\d/\w+)`", cell),
        "proofs": proofs,
        "errata": re.findall(r"erratum (\d+)", cell),
        "results": re.findall(r"\bresults\b", cell),
    }
    rest = re.sub(r"`[\w/]+`|proofs?|erratum \d+|results|[, ]", "", cell)
    if rest or len(re.findall(r"`", cell)) != 2 * (len(named["exercises"]) + len(proofs)):
        raise ValueError(f"not a list of exercises, proofs, errata and results: {cell}")
    return named


def exercises() -> set[str]:
    """Every exercise of the course, as 01/elbo: those that check registries hold, and essays of the masters."""
    found = set()
    for unit in COURSE.units.values():
        names = importlib.import_module(unit.public).check.names
        essays = [cell.name for cell in read_master(unit).cells if cell.role == "essay"]
        found |= {f"{unit.name[:2]}/{name}" for name in [*names, *essays]}
    return found


def test_there_are_five_sources() -> None:
    assert len(SOURCES) == 5 and ERRATA == "Errata"


@pytest.mark.parametrize(("source", "parts"), list(zip(SOURCES, PARTS.values(), strict=True)), ids=PARTS)
def test_every_part_of_a_source_has_one_row(source: str, parts: list[str]) -> None:
    found = [part for row in rows(source) for part in numbered(row[0])]
    assert sorted(found) == sorted(parts)


@pytest.mark.parametrize("section", list(SECTIONS))
def test_every_row_says_something_and_names_what_covers_it(section: str) -> None:
    for row in rows(section):
        assert len(row) == (4 if section == ERRATA else 3) and all(row), row
        assert any(covers(row[-1]).values()), row


def test_every_exercise_that_is_named_exists() -> None:
    named = {name for section in SECTIONS for row in rows(section) for name in covers(row[-1])["exercises"]}
    assert named - exercises() == set()


def test_every_proof_that_is_named_exists_and_every_proof_of_the_sources_is_named() -> None:
    named = {name for source in SOURCES for row in rows(source) for name in covers(row[-1])["proofs"]}
    assert named == set(PROOFS)


def test_the_errata_are_numbered_named_in_the_tables_and_tested() -> None:
    numbers = [row[0] for row in rows(ERRATA)]
    assert numbers == [str(n) for n in range(1, 15)]
    assert {n for source in SOURCES for row in rows(source) for n in covers(row[-1])["errata"]} == set(numbers)
    tests = {re.match(r"test_(\d+)_", name) for name in vars(test_errata) if re.match(r"test_\d", name)}
    assert {match[1] for match in tests if match} == set(numbers)


def test_every_item_of_the_last_unit_that_comes_from_an_erratum_is_named_there() -> None:
    named = {name for row in rows(ERRATA) for name in covers(row[-1])["exercises"] if name.startswith("11/")}
    assert len(named) >= 14


def test_a_cell_with_anything_else_in_it_is_refused() -> None:
    for cell in ("`01/elbo`, and so on", "`elbo`", "see unit 03", "proof elbo"):
        with pytest.raises(ValueError, match="not a list"):
            covers(cell)
