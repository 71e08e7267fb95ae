"""Part two, and the two forms of the conditional bound: two_signs, under_the_integral, small_kl, equivalent_bounds."""

from elboroom.advice.flaws import check, tempts

check.hints(
    "two_signs",
    "The last line is what one wants. Is every line on the way the same number?",
    "Compute all six values at one lopsided model, in a column.",
    "Follow the signs in front of log p(x | z) and of log p(x), one line at a time.",
)
tempts(
    "two_signs",
    2,
    "Line 2 holds: Bayes gives log p(z | x) = log p(x | z) + log p(z) − log p(x), and a minus stands in front of it.",
)
tempts(
    "two_signs",
    5,
    "Line 5 follows from line 4: −ELBO is KL(q‖p(z)) − E_q[log p(x | z)], and log p(x) stays.",
)

check.hints(
    "under_the_integral",
    "Every line is a sum over z with the weights q(z | x). What happened to the rest?",
    "Which two densities does log p(x) hide in line 2? What was multiplied in, in line 3?",
    "Compute the six values for a model of your own; then name for each line the one thing that was used.",
)
tempts(
    "under_the_integral",
    1,
    "Line 1 holds: log p(x) is the same for all z, and the weights q(z | x) sum to 1.",
)
tempts(
    "under_the_integral",
    2,
    "Line 2 holds: p(x, z)/p(z | x) is p(x) for each z, however much both depend on z.",
)

check.hints(
    "small_kl",
    "Of how many terms does the bound consist?",
    "A guess that stays near the prior pays little. What does it get?",
    "Compare a q that ignores x with the posterior of a model in which x says much about z.",
)
tempts(
    "small_kl",
    3,
    "Line 3 holds: a divergence is never negative, and it is 0 when both distributions are the same, here the prior.",
)
tempts(
    "small_kl",
    4,
    "Line 4 holds: at q = p(z) the KL is 0, and the first term is averaged over the prior. It may be very low.",
)

check.hints(
    "equivalent_bounds",
    "What does each line average over, and is the average inside the logarithm or outside?",
    "Changing the distribution of an average is allowed for E[f]. Check it where the logarithm has come inside.",
    "Take the q that is the posterior: one of the numbers is log p(x | y) then. Is the other?",
)
tempts(
    "equivalent_bounds",
    2,
    "Line 2 holds: z and y are independent in the model, before x is known, and this average is over the prior.",
)
tempts(
    "equivalent_bounds",
    5,
    "Line 5 follows from line 4: p(x, z | y) = p(x | y, z) p(z), and the logarithm splits into the two terms.",
)
