"""Divergences between tables: kl_discrete, and symmetric_but_different."""

from typing import Any

import numpy as np

from elboroom.advice.kl import check, mistake
from elboroom.references import kl as by_definition

check.hints(
    "kl_discrete",
    "Write one term of the sum, q (log q - log p), for all entries at once; then add up along the last axis.",
    "Where q is 0 the term has to be 0, but `0 * -inf` is nan. Put something harmless inside the logarithms there.",
    "`np.where(q > 0, q, 1.0)`, and p in the same places: then both logarithms are 0 where q is. Where only p is 0, "
    "`-ln(0)` is inf, which is right.",
)
check.hints(
    "symmetric_but_different",
    "The picture has a second black line. Which pairs of coins lie on it?",
    "What happens to the sum if you rename the two sides of the coin, in q and in p?",
    "If p is q with its two entries exchanged, the terms of one KL are those of the other, in another order.",
)


@mistake("kl_discrete")
def the_other_way_round(q: Any, p: Any) -> Any:
    """This is KL(p‖q): the average is taken under the second distribution. In KL(q‖p) it is taken under q."""
    return by_definition.kl_discrete(p, q)


@mistake("kl_discrete")
def sign_turned(q: Any, p: Any) -> Any:
    """This has the opposite sign: E_q[log p - log q]. A KL is never negative."""
    return -by_definition.kl_discrete(q, p)


@mistake("kl_discrete")
def cross_entropy(q: Any, p: Any) -> Any:
    """This is the cross-entropy -E_q[log p], the whole bill. The KL is what is left after the entropy of q is taken
    off."""
    q = np.asarray(q, float)
    return by_definition.kl_discrete(q, p) - by_definition.kl_discrete(q, np.ones_like(q))


@mistake("kl_discrete")
def in_bits(q: Any, p: Any) -> Any:
    """This is right in bits, with logarithms of base 2. The course measures in nats: natural logarithms."""
    return by_definition.kl_discrete(q, p) / np.log(2)


@mistake("kl_discrete")
def averaged_over_the_values(q: Any, p: Any) -> Any:
    """This divides by the number of values. The weights of the average are q itself, and they sum to 1: add up."""
    return by_definition.kl_discrete(q, p) / np.shape(q)[-1]


@mistake("kl_discrete")
def summed_over_the_batch(q: Any, p: Any) -> Any:
    """This adds up all rows to one number. Each row is a distribution of its own: sum along the last axis only."""
    return by_definition.kl_discrete(q, p).sum()


@mistake("kl_discrete")
def negative_terms_dropped(q: Any, p: Any) -> Any:
    """Here every term is made positive. Single terms of a KL may be negative, and they count."""
    q, p = np.broadcast_arrays(np.asarray(q, float), np.asarray(p, float))
    terms = [abs(by_definition.surprise_saved(*pair)) for pair in zip(q.ravel(), p.ravel(), strict=True)]
    return np.reshape(terms, q.shape).sum(axis=-1)


@mistake("kl_discrete")
def infinity_lost(q: Any, p: Any) -> Any:
    """Values that p calls impossible are left out here. If q gives them, the KL is infinite, and has to say so."""
    q, p = np.asarray(q, float), np.asarray(p, float)
    return by_definition.kl_discrete(np.where(p > 0, q, 0.0), p)


# What can be wrong with a counterexample; elboroom.checks.kl looks for each of these by its name.


@mistake("symmetric_but_different")
def twice_the_same() -> Any:
    """These two are the same distribution, or nearly (no entry differs by 0.001). Find two that clearly differ."""
    return [0.3, 0.7], [0.3, 0.7]


@mistake("symmetric_but_different")
def not_distributions() -> Any:
    """Each of the two has to be a distribution: no entry negative, and a sum of 1."""
    return [1.0, 2.0], [2.0, 1.0]


@mistake("symmetric_but_different")
def both_infinite() -> Any:
    """Here both KLs are infinite: each gives what the other calls impossible. Find a pair whose KLs are finite."""
    return [1.0, 0.0], [0.0, 1.0]


@mistake("symmetric_but_different")
def infinite_one_way() -> Any:
    """One of the KLs is infinite, the other isn't. Start with no zeros at all."""
    return [1.0, 0.0], [0.5, 0.5]


@mistake("symmetric_but_different")
def not_symmetric() -> Any:
    """The two KLs differ for this pair. Compute both, with your `kl_discrete`, and look at the picture again."""
    return [0.5, 0.5], [0.75, 0.25]


@mistake("symmetric_but_different")
def not_a_pair() -> Any:
    """Return two distributions over the same values, as `return p, q`: arrays of one length."""
    return [0.5, 0.5]
