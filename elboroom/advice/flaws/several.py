"""Part six: two_samples, one_sample_confirms, averaged_prior, explained_away, marginalised_label."""

from elboroom.advice.flaws import check, tempts

check.hints(
    "two_samples",
    "One line is an inequality. Of which function, and over which average?",
    "On lines 3 and 4: what depends on which sample, and what is the law of each?",
    "Line 1 averages two numbers inside the logarithm; the sample that a term does not mention is summed out next.",
)
tempts(
    "two_samples",
    1,
    "Line 1 holds: log is concave, so the log of the average of two numbers is at least the average of their logs.",
)
tempts(
    "two_samples",
    3,
    "Line 3 holds: log w(z₁) does not contain z₂, and the samples are independent, so z₂ is summed out.",
)
tempts("two_samples", 4, "Line 4 holds: z₁ and z₂ have the same law, so the two halves are equal.")

check.hints(
    "one_sample_confirms",
    "Write down a list for m = 2 and N = 3 by hand, and cut it into rows.",
    "In which order do the numbers of one image stand in v? How long are the rows of A?",
    "Follow one number: where is sample 0 of image 1 in v, and in which row of A does it end?",
)
tempts(
    "one_sample_confirms",
    1,
    "Line 1 holds: a matrix is read row by row, and each row is one sample of all N images.",
)
tempts(
    "one_sample_confirms",
    4,
    "Line 4 holds: for m = 1 there is nothing to mix up. It is no evidence for m = 2, but that is not what it says.",
)
tempts("one_sample_confirms", 3, "Line 3 holds: cutting a list into rows neither loses nor repeats a number.")

check.hints(
    "marginalised_label",
    "Lines 1 to 4 are the ELBO with the latent variable (y, z). What is an expectation over (y, z) made of?",
    "Which part of the bracket on line 2 is the same for all z?",
    "Line 5 compares a sum plus an entropy with a log of a sum: the log of an average over q(y | x), and Jensen.",
)
tempts(
    "marginalised_label",
    3,
    "Line 3 holds: log q(y | x) is the same for all z, and the rest of the inner expectation is L(x, y), p(y) in it.",
)
tempts(
    "marginalised_label",
    4,
    "Line 4 holds: −E[log q(y | x)] is the entropy, with a plus. Not knowing the label is rewarded.",
)
tempts(
    "marginalised_label",
    5,
    "Line 5 holds: write Σ e^L as an average of e^L/q over q(y | x), and let the logarithm go inside.",
)

check.hints(
    "averaged_prior",
    "One line is an inequality. Is it −log or log that stands there, and of what is it taken?",
    "Where did the ones come from that turn log q(z) into a sum over k?",
    "Two of the lines only say what KL stands for; one exchanges a sum and an expectation; the weights sum to 1.",
)
tempts(
    "averaged_prior",
    2,
    "Line 2 holds: the log of an average is at least the average of the logs, and a minus stands in front of it.",
)
tempts("averaged_prior", 3, "Line 3 holds: log q(z) is Σ π_k log q(z), because the weights sum to 1.")

check.hints(
    "explained_away",
    "Which of the lines are about the model before x is seen, and which after?",
    "Two causes that are independent need not stay so, once one has seen what they cause together.",
    "Let x be likely only if y and z have the same number. What does y tell about z then?",
)
tempts(
    "explained_away",
    2,
    "Line 2 holds: p(x, z | y) = p(x | y, z) p(z | y), and before x is seen z does not depend on y.",
)
tempts("explained_away", 3, "Line 3 holds: it is the sum over y of p(y, z | x), whatever depends on what.")
tempts(
    "explained_away",
    4,
    "Line 4 holds: at the posterior for this y, log p(x, z | y) − log p(z | x, y) is log p(x | y) for every z.",
)
