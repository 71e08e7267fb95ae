"""Part three, and the estimator of part four: left_out_constant, chosen_prior, raising_a_bound, without_the_prior."""

from elboroom.advice.flaws import check, tempts

check.hints(
    "left_out_constant",
    "Where does it matter that a term was dropped, and where not?",
    "The dropped terms depend on x. What sign have they for a small x, what for a large one?",
    "Take x = 1.5 or larger and θ = φ = 1, and compute both sides of lines 4 and 5.",
)
tempts(
    "left_out_constant",
    2,
    "Line 2 holds: E[z] = 1/φ and E[z²] = 2/φ², so half the mean square is 1/φ², and φ E[z] is the 1 at the end.",
)
tempts("left_out_constant", 4, "Line 4 holds: what was dropped does not contain φ, so its derivative is 0.")

check.hints(
    "chosen_prior",
    "Two divergences of q occur here. Which distribution is at the other end of each?",
    "Which terms of line 2 change when φ moves? Compute both at two values of φ.",
    "Take x far from the prior's mean, and a φ a little below or above θ.",
)
tempts(
    "chosen_prior",
    2,
    "Line 2 holds: log p(x, z) is log p(x | z) plus log p(z), and the second belongs to the KL.",
)
tempts(
    "chosen_prior",
    3,
    "Line 3 holds: E_q[log φ − φz − log θ + θz] with E_q[z] = 1/φ. At φ = θ it is 0.",
)

check.hints(
    "raising_a_bound",
    "What does a bound say about two values of θ?",
    "By line 2, log p is B plus a gap. What do you know of the gap at two values of θ?",
    "For an x of 4, work out log p and B at a few θ between 0.2 and 0.6; both have a top, not at the same θ.",
)
tempts(
    "raising_a_bound",
    1,
    "Line 1 holds: the bound is below log p for every φ, so it is for the best one.",
)
tempts(
    "raising_a_bound",
    4,
    "Line 4 holds: the best pair is θ = φ = 2/x, where both partial derivatives of the bound are 0. It is about B.",
)

check.hints(
    "without_the_prior",
    "Which quantity was to be computed, and which is computed at the end?",
    "A term may be left out of a sum if it is 0. Is it?",
    "The prior contains no φ, but what is put into it? Compute lines 2 and 3 at (x, θ, φ) = (1.5, 1, 1.3).",
)
tempts(
    "without_the_prior",
    2,
    "Line 2 holds: ε/φ has the law q, so the expectation over z is one over ε. No Jacobian occurs in an expectation.",
)
tempts(
    "without_the_prior",
    4,
    "Line 4 follows from line 3: the average of two terms that have the same expectation has that expectation.",
)
