"""Part four: differentiable, whose_samples, score_and_baseline."""

from elboroom.advice.flaws import check, tempts

check.hints(
    "differentiable",
    "On which line does φ stand where: in the density, or in what is averaged?",
    "The noise on lines 1 to 3 knows nothing of φ. What may the derivative do then?",
    "Work the last three lines out: the inner derivative, then E[z] and E[z²] under Exp(φ). Hold them against a "
    "difference quotient of R.",
)
tempts(
    "differentiable",
    2,
    "Line 2 holds: u has no φ in its law, and the integrand is smooth in φ and tame enough to exchange the two.",
)
tempts(
    "differentiable",
    3,
    "Line 3 holds: the derivative of −½(x − z)² in z is x − z, and z = −log(1 − u)/φ moves by −z/φ for each unit of φ.",
)
tempts("differentiable", 1, "Line 1 holds: −log(1 − u)/φ is a sample of Exp(φ), finite for every u below 1.")

check.hints(
    "whose_samples",
    "ELBO and evidence are two functions of θ. Whose derivative stands at the top, whose at the bottom?",
    "Under which distribution does the ELBO average log p(x, z)?",
    "Work out both ends at x = 3, θ = 1, φ = 0.5; one of them you can do in your head.",
)
tempts(
    "whose_samples",
    2,
    "Line 2 holds: log p(x, z) contains θ in log θ − θz only, and the derivative of that is 1/θ − z.",
)
tempts(
    "whose_samples",
    4,
    "Line 4 follows from line 3: the slope of the evidence is the slope of log p(x, z), averaged over p(z | x).",
)

check.hints(
    "score_and_baseline",
    "φ stands in two places of the product q f. Where did each of them go?",
    "What is ∂_φ f? Only one of its terms contains φ.",
    "E_q[∂_φ log q] is the derivative of the integral of q. Use it twice.",
)
tempts(
    "score_and_baseline",
    4,
    "Line 4 holds: ∂_φ f is −∂_φ log q, whose expectation under q is the derivative of 1.",
)
tempts(
    "score_and_baseline",
    5,
    "Line 5 holds: c times the score has the expectation 0, whatever the number c. It changes the variance alone.",
)
tempts("score_and_baseline", 2, "Line 2 holds: it is the product rule, and the integral of a sum.")
