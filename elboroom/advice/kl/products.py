"""Products: the proof kl_is_additive, kl_of_products, and what is left of it in half_factorised."""

from typing import Any

import numpy as np

from elboroom.advice.kl import check, mistake
from elboroom.references import kl as by_definition

check.hints(
    "kl_is_additive",
    "Open the KL by its definition. Which rule makes two factors of Q(z1, z2)?",
    "The log of the quotient of two products is a sum of two logs: split the expectation by linearity.",
    "In each half only one variable is left, so E over Q(z1, z2) becomes E over Q(z1), or Q(z2): rule 'marginal'. Then "
    "read the definition backwards.",
)
check.hints(
    "kl_of_products",
    "You have just proved it: what do you do with the KLs of the factors?",
    "`kl_discrete` works for one pair of factors. `zip` walks through both lists together.",
    "`zip(q, p, strict=True)` raises the ValueError by itself when the lists are not equally long.",
)
check.hints(
    "half_factorised",
    "For the first number you need the table of q: q[i, j] = q1[i] q2[j].",
    "`np.outer(q1, q2)` is that table. `kl_discrete` wants the values along one axis: `.ravel()` both tables.",
    "The marginal of the first variable adds up over the second: `p.sum(axis=1)`.",
)


def pieces(q: Any, p: Any) -> Any:
    """The KL of each pair of factors."""
    return np.array([float(by_definition.kl_discrete(a, b)) for a, b in zip(q, p, strict=True)])


@mistake("kl_of_products")
def lengths_not_compared(q: Any, p: Any) -> Any:
    """The sum is right. But when one list is longer, there is no such KL: that deserves a ValueError."""
    return by_definition.kl_of_products(q, p)


@mistake("kl_of_products")
def averaged_over_factors(q: Any, p: Any) -> Any:
    """This is the mean over the factors. Independent factors add up."""
    return by_definition.kl_of_products(q, p) / len(q)


@mistake("kl_of_products")
def multiplied(q: Any, p: Any) -> Any:
    """The KLs of the factors are multiplied here. The distributions multiply; their logarithms, and the KLs, add up."""
    return pieces(q, p).prod()


@mistake("kl_of_products")
def other_direction(q: Any, p: Any) -> Any:
    """This is the KL from p to q. The average is taken under q, the first."""
    return by_definition.kl_of_products(p, q)


@mistake("kl_of_products")
def only_the_first(q: Any, p: Any) -> Any:
    """This is the KL of the first factors only. A `return` inside the loop ends it at once."""
    return pieces(q, p)[0]


@mistake("kl_of_products")
def only_the_last(q: Any, p: Any) -> Any:
    """This is the KL of the last factors only: the others are overwritten, not added."""
    return pieces(q, p)[-1]


@mistake("kl_of_products")
def not_added_up(q: Any, p: Any) -> Any:
    """These are the KLs of the factors, one by one. Add them up."""
    return pieces(q, p)


@mistake("kl_of_products")
def largest(q: Any, p: Any) -> Any:
    """This is the largest of the factors' KLs. They all count."""
    return pieces(q, p).max()


@mistake("half_factorised")
def one_number_twice(q1: Any, q2: Any, p: Any) -> Any:
    """Both numbers are the sum over the marginals. In the first, p is the joint table as it is; it isn't the product
    of its marginals."""
    _, apart = by_definition.half_factorised(q1, q2, p)
    return apart, apart


@mistake("half_factorised")
def joint_twice(q1: Any, q2: Any, p: Any) -> Any:
    """Both numbers are the KL to the joint table. The second compares q1 and q2 with p's marginals, one by one."""
    together, _ = by_definition.half_factorised(q1, q2, p)
    return together, together


@mistake("half_factorised")
def exchanged(q1: Any, q2: Any, p: Any) -> Any:
    """The two numbers are exchanged: first the KL to the joint table, then the sum."""
    return by_definition.half_factorised(q1, q2, p)[::-1]


@mistake("half_factorised")
def opposite_direction(q1: Any, q2: Any, p: Any) -> Any:
    """These are KLs from p to q. The average is taken under q, the product."""
    p1, p2 = by_definition.marginals(p)
    together = by_definition.kl_discrete(np.ravel(p), np.ravel(np.outer(q1, q2)))
    return together, by_definition.kl_discrete(p1, q1) + by_definition.kl_discrete(p2, q2)


@mistake("half_factorised")
def correlation_alone(q1: Any, q2: Any, p: Any) -> Any:
    """The second number is what separates the two, not the sum of the marginals' KLs."""
    together, apart = by_definition.half_factorised(q1, q2, p)
    return together, apart - together


@mistake("half_factorised")
def second_marginal_forgotten(q1: Any, q2: Any, p: Any) -> Any:
    """The first number is right. The second has only the KL of the first marginal."""
    together, _ = by_definition.half_factorised(q1, q2, p)
    return together, by_definition.kl_discrete(q1, by_definition.marginals(p)[0])


@mistake("half_factorised")
def axes_exchanged(q1: Any, q2: Any, p: Any) -> Any:
    """The table is read the other way round: p[i, j] has z1 = i and z2 = j, so z1's marginal adds up over j, axis 1."""
    return by_definition.half_factorised(q1, q2, np.transpose(p))
