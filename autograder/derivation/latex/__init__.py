"""Derivations typed in LaTeX: the aligned block that one would write, read into the language of derivations."""

from autograder.derivation.latex.block import from_latex

__all__ = ["from_latex"]
