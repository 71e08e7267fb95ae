"""Each kind of slip is made, once, where a hand could make it, and nowhere else."""

import ast

import pytest

from autograder.mutants.mutate import mutants

SOURCE = '''def f(x, axis=0):
    """Sum of 1 + 2."""
    if x.ndim == 0:
        raise ValueError("not 0 + 0")
    return -np.sum(x.T @ x, axis=-1) / 2
'''


def slips(source, kind):
    return {m.diff for m in mutants("f", source) if m.slip == kind}


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        ("operator", "+    return (-np.sum(x.T @ x, axis=-1) * 2)"),
        ("operator", "+    return -np.sum((x.T * x), axis=-1) / 2"),
        ("comparison", "+    if (x.ndim != 0):"),
        ("dropped term", "+    return (-np.sum(x.T @ x, axis=-1))"),
        ("sign", "+    return np.sum(x.T @ x, axis=-1) / 2"),
        ("constant", "+    return -np.sum(x.T @ x, axis=-1) / 3"),
        ("function", "+    return -np.mean(x.T @ x, axis=-1) / 2"),
        ("transpose", "+    return -np.sum(x @ x, axis=-1) / 2"),
        ("axis", "+    return -np.sum(x.T @ x, axis=0) / 2"),
        ("keyword left out", "+    return -np.sum(x.T @ x) / 2"),
        ("guard left out", "+    if False:"),
    ],
)
def test_a_slip_is_made(kind, line):
    assert any(line in diff.splitlines() for diff in slips(SOURCE, kind))


def test_two_arguments_change_places():
    assert slips("y = g(a, b)", "arguments swapped") == {"-y = g(a, b)\n+y = g(b, a)"}


def test_every_mutant_is_another_program_and_none_comes_twice():
    found = mutants("f", SOURCE)
    programs = {ast.dump(ast.parse(m.source)) for m in found}
    assert len(found) == len(programs) and ast.dump(ast.parse(SOURCE)) not in programs


def test_docstrings_and_messages_are_left_alone():
    for mutant in mutants("f", SOURCE):
        assert '"""Sum of 1 + 2."""' in mutant.source and '"not 0 + 0"' in mutant.source


def test_letters_outside_ascii_do_not_shift_the_slip():
    assert slips("y = 'é'; z = φ + 1", "operator") == {"-y = 'é'; z = φ + 1\n+y = 'é'; z = (φ - 1)"}
