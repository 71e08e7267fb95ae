"""Part one: symmetric, through_u_log_u, supports, gaussian_kl."""

from elboroom.advice.flaws import check, tempts

check.hints(
    "symmetric",
    "Four claims, each about any two distributions of a kind. Which of them did you believe because of its reason?",
    "Two sums with other logarithms and other weights: are they other numbers for that? Try two values of z.",
    "Look at a pair in which q and p exchange their parts when z is renamed.",
)
tempts(
    "symmetric",
    2,
    "Line 2 holds: line 1 is about any two distributions, so it may be read with the names q and p exchanged.",
)
tempts("symmetric", 3, "Line 3 holds: for q = p every ratio is 1, and both sums consist of zeros.")

check.hints(
    "through_u_log_u",
    "Where may q vanish here, and where p? What is φ at 0?",
    "Work out all six numbers for q = (1, 0) and a lopsided p. Which p does the expectation on line 3 run over?",
    "E_p[q/p] is a sum over all z, since p is positive everywhere; what does it add up to?",
)
tempts(
    "through_u_log_u",
    3,
    "Line 3 holds: Jensen needs a convex function, not one that rises. φ falls before 1/e, but its slope never does.",
)
tempts(
    "through_u_log_u",
    4,
    "Line 4 holds: here p is positive everywhere, so p cancels in every term, and what is left is all of q.",
)
tempts(
    "through_u_log_u",
    1,
    "Line 1 holds: p q/p is q, and where q is 0 both sides have the term 0, by the convention.",
)

check.hints(
    "supports",
    "Read what is assumed of q and p, and what is not.",
    "The assumption protects one of the two quotients. May q be 0 somewhere? Compute with such a q.",
    "Take a q that is sure of one value of z, and work out the value of every line.",
)
tempts("supports", 1, "Line 1 holds: −log is convex, and Jensen gives E[−log u] ≥ −log E[u] for a convex −log.")
tempts(
    "supports",
    2,
    "Line 2 holds: q cancels in every term of the expectation, and a z with q(z) = 0 has no term there.",
)

check.hints(
    "gaussian_kl",
    "The last line is the well-known formula. That says nothing about the lines before it.",
    "Take each term by itself from one line to the next: which stayed, which became what?",
    "An expectation over q of (z − μ_q)² is a variance; now look at what it is divided by. Try σ_q ≠ σ_p.",
)
tempts(
    "gaussian_kl",
    1,
    "Line 1 holds: −KL is E_q[log p − log q], so σ_q stands above σ_p, and the term of q comes with a plus.",
)
tempts(
    "gaussian_kl",
    4,
    "Line 4 holds: around μ_p the mean square is the variance plus the squared distance; the mixed term is 0.",
)
