"""Which variables are independent of which, read off a declared factorisation (d-separation)."""

from __future__ import annotations

from collections.abc import Mapping

Parents = Mapping[str, frozenset[str]]


def ancestors(parents: Parents, nodes: frozenset[str]) -> frozenset[str]:
    """The nodes and everything that they descend from."""
    found, todo = set(nodes), list(nodes)
    while todo:
        new = parents.get(todo.pop(), frozenset()) - found
        found |= new
        todo += new
    return frozenset(found)


def separated(parents: Parents, left: frozenset[str], right: frozenset[str], given: frozenset[str]) -> bool:
    """Whether `given` d-separates left from right.

    In the graph of their ancestors, with parents of a common child joined (Lauritzen's criterion), every path from left
    to right passes through `given`.
    """
    neighbours: dict[str, set[str]] = {}
    for node in ancestors(parents, left | right | given):
        family = {node, *parents.get(node, ())}
        for member in family:
            neighbours.setdefault(member, set()).update(family)
    reached, todo = set(left - given), list(left - given)
    while todo:
        new = neighbours[todo.pop()] - reached - given
        reached |= new
        todo += new
    return not reached & right


def needed(parents: Parents, target: frozenset[str], given: frozenset[str]) -> frozenset[str]:
    """The smallest part of `given` that the target depends on."""
    return frozenset(g for g in given if not separated(parents, target, frozenset([g]), given - {g}))


def blocks(parents: Parents, target: frozenset[str], given: frozenset[str]) -> list[frozenset[str]]:
    """The finest partition of the target into parts that are independent given `given`."""
    todo, found = sorted(target), []
    while todo:
        block, grown = {todo[0]}, True
        while grown:
            near = {
                t for t in todo if t not in block and not separated(parents, frozenset([t]), frozenset(block), given)
            }
            block, grown = block | near, bool(near)
        found.append(frozenset(block))
        todo = [t for t in todo if t not in block]
    return found
