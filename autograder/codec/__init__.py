"""Plain data to one frame and back. What can't be written here can't cross between judge and learner.

A frame is HEAD (magic, id, header length, body length), a JSON header, a raw body. The header is a tree of nodes; the
bytes of arrays lie in the body one after the other, in the order of the tree: there are no offsets, so nothing can
overlap, and every size is known before anything is allocated. Nothing is executed and nothing is evaluated: a sympy
expression is a tree of whitelisted names (see autograder.codec.expressions), a function is a name from a fixed table.
"""

from autograder.codec.data import Derived, Expression, Function, Handle, Refused, Tensor, View, article
from autograder.codec.frames import HEAD, pack, roundtrip, sizes, unpack

__all__ = [
    "HEAD",
    "Derived",
    "Expression",
    "Function",
    "Handle",
    "Refused",
    "Tensor",
    "View",
    "article",
    "pack",
    "roundtrip",
    "sizes",
    "unpack",
]
