"""Why an expectation may be taken over the noise: change_of_variables. What the wrong lines deserve to hear is told in
grading only, beside the hidden parts."""

from elboroom.advice.reparameterization import check

check.hints(
    "change_of_variables",
    "Gaps 1 and 2: follow a small interval of ε through the map. Where does it go, and how wide is it there?",
    "Gap 3: a derivative is a limit. What lets a limit pass under an integral, and what outside of h must not move?",
    "Gap 4: write both sides as integrals over z. In how many places does φ stand on the left, and where on the right?",
)
