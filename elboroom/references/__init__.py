"""Definitions to compare with: quadrature, enumeration, simulation; never a closed form."""
