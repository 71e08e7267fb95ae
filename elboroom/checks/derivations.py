"""Unit 00 teaches the derivation checker and grades nothing."""

from autograder.checks import Checks

check = Checks("00_derivations")
