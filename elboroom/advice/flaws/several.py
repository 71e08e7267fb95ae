"""Part six: two_samples, one_sample_confirms, marginalised_label."""

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
