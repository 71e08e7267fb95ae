"""Hints for the proofs. A derivation answers for itself line by line, so there are no mistakes to register."""

from elboroom.advice.iwae import check

check.hints(
    "iwae_bounds_evidence",
    "The evidence is the mean weight: p(x) = E_q[w(z)]. Get there first: an integral over z, times q/q, is an "
    "expectation.",
    "The mean of one weight is the mean of an average of m of them, if they follow the same law: "
    '`E(SAMPLES, average(i, w(z[i])))`, by "identically distributed".',
    "Now you have log of an expectation of an average. Jensen moves the log inside the *expectation*, not inside the "
    "average; what comes out is L_m, by definition.",
)
check.hints(
    "iwae_beats_elbo",
    "Open L_m by its definition. Which logarithm is taken of which average? Jensen works for averages over an index, "
    "too.",
    'An average over i is an expectation over an index that is uniform on 1 … m: `uniform(j, w(z[j]))`, by "uniform '
    'index". The log of it is at least the average of the logs.',
    'Then every z[j] follows the same law, so one of them will do: "identically distributed" leads to '
    "E(q(z[1] | x), log(w(z[1]))), which has a name.",
)
check.hints(
    "iwae_is_monotone",
    "The same proof with a cleverer average. The mean of m numbers is also the mean, over all subsets of k of them, of "
    "the subset's mean.",
    '`average(i, w(z[i]))` becomes `uniform(S, average(a, w(z[S[a]])))`, by "uniform subset". Jensen takes the log '
    "inside the average over S, and no further.",
    'Each subset is k samples of the same law: "identically distributed" turns the expectation over all m of them, and '
    "over S, into the one over `FEWER`.",
)
