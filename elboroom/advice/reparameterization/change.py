"""Why an expectation may be taken over the noise: change_of_variables. What the wrong lines deserve to hear is told in
grading only, beside the hidden parts."""

from elboroom.advice.reparameterization import check

check.hints(
    "change_of_variables",
    "Follow a small interval of ε through the map: where does it go, how wide is it there, what is its probability?",
    "The width is multiplied by |g′(ε)|, and the probability in it stays the same.",
    "For the last gap, ask where φ stands on each side: in the density, or in the function that is averaged?",
)
