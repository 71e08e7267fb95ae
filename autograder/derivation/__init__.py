"""Derivations over densities, checked line by line."""
