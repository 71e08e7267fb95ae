"""Part five: weight_of_the_kl, batch, centred_first, rotated."""

from elboroom.advice.flaws import check, tempts

check.hints(
    "weight_of_the_kl",
    "When is a term constant? Ask it of each line anew.",
    "Line 2 has a third term. What does it do when σ² is a number, and what when σ² is a variable?",
    "Keep S and KL the same in both settings, and make one σ² very small.",
)
tempts(
    "weight_of_the_kl",
    2,
    "Line 2 holds: multiply KL + S/(2σ²) + (D/2) log(2πσ²) by 2σ².",
)
tempts(
    "weight_of_the_kl",
    3,
    "Line 3 holds: with one and the same σ² the two sides of line 2 differ by a constant and a positive factor.",
)

check.hints(
    "batch",
    "Over what does each index run, and over what is the average?",
    "Where has an average over images moved from one line to the next? Past which function, and is that a linear one?",
    "Take two images with very different variances, one latent, and all means 0.",
)
tempts(
    "batch",
    2,
    "Line 2 holds: both Gaussians have independent components, so their KL is the sum over the components.",
)
tempts(
    "batch",
    3,
    "Line 3 holds: it is the KL to the standard normal, −½(1 + log σ² − σ² − μ²), for each image and each latent.",
)

check.hints(
    "centred_first",
    "What do lines 4 and 5 compare? Best approximations out of two families.",
    "A plane through the origin is one of the planes that may lie anywhere; and such a plane is inside a "
    "larger one through the origin.",
    "Name the reason line by line: one is a theorem on the SVD, one expands a square, two compare families.",
)
tempts(
    "centred_first",
    3,
    "Line 3 holds: expand the square around the mean; the mixed term is 0 because deviations from the mean sum to 0.",
)
tempts(
    "centred_first",
    4,
    "Line 4 holds: k directions through the origin are one candidate among all k directions through any point.",
)
tempts(
    "centred_first",
    5,
    "Line 5 holds: the best k directions through the mean, and the mean itself, span k + 1 through the origin.",
)

check.hints(
    "rotated",
    "Which of the four lines speak of the model, and which of q?",
    "A rotation of the latents leaves p(x) alone. Does it leave the axes alone, along which a diagonal q has to lie?",
    "Take W with two columns at right angles, so that M is diagonal, and turn by 45 degrees: angle = π/4.",
)
tempts(
    "rotated",
    1,
    "Line 1 holds: W R Rᵀ Wᵀ is W Wᵀ, so both models give x the same covariance, and the same likelihood.",
)
tempts(
    "rotated",
    4,
    "Line 4 holds: the best variances are one over the diagonal of the posterior's precision M/σ², and σ² cancels.",
)
