"""Makes the sample class of unit 11: three who are right in their own ways, four kinds of guessers, broken notebooks.

Run it after the student notebook has changed: python -m samples.make_11_find_the_flaw
"""

from samples.classroom import Answers, hand_in

UNIT = "11_find_the_flaw"


def handed(given: dict[str, str], setting: str = "") -> Answers:
    """Solution cells: the item's name assigned the source of its answer."""
    return {name: f"{setting}{name} = {source}" for name, source in given.items()}


def reasons(*why: str) -> str:
    return repr({"line": "sound", "why": list(why)})


SOUND = {
    "through_u_log_u": reasons("algebra", "definition", "jensen", "normalisation", "algebra"),
    "under_the_integral": reasons("constant", "bayes", "algebra", "linearity", "definition"),
    "differentiable": reasons("substitution", "under the integral", "derivative", "linearity", "moments"),
    "score_and_baseline": reasons("under the integral", "derivative", "score", "normalisation", "score"),
    "centred_first": reasons("eckart-young", "definition", "algebra", "more choice", "more choice"),
    "averaged_prior": reasons("definition", "jensen", "normalisation", "linearity", "definition"),
    "two_samples": reasons("jensen", "linearity", "independence", "identically distributed", "definition"),
    "marginalised_label": reasons("kl >= 0", "chain rule", "constant", "definition", "jensen"),
}

COMPUTED = {  # with the tools of the notebook
    "symmetric": """dict(line=4, q=(q := [0.7, 0.2, 0.1]), p=(p := [0.1, 0.2, 0.7]), left=kl(q, p), right=kl(p, q))""",
    "supports": """dict(line=3, q=[0.3, 0.7, 0.0], p=[0.3, 0.3, 0.4], left=-np.log(0.6), right=0.0)""",
    "gaussian_kl": """dict(
    line=2, mu_q=1.0, sigma_q=0.5, mu_p=0.0, sigma_p=1.0,
    left=-over_normal(lambda z: log_normal(z, 1.0, 0.5) - log_normal(z, 0.0, 1.0), 1.0, 0.5),
    right=np.log(0.5) - over_normal(lambda z: z**2, 1.0, 0.5) / 2 + 0.25 / 2,
)""",
    "two_signs": """dict(
    line=3, likelihood=(a := [0.3, 0.6]), prior=(b := [0.8, 0.2]), q=(c := [0.5, 0.5]),
    left=kl(c, b) - mean(c, log(a)) + log(np.dot(a, b)), right=kl(c, b) - mean(c, log(a)) - log(np.dot(a, b)),
)""",
    "small_kl": """dict(
    line=2, likelihood=(a := [2.0, 0.1]), prior=(b := [0.5, 0.5]), q=(c := [0.4, 0.6]), r=(d := [0.9, 0.1]),
    left=mean(c, log(a)) - kl(c, b), right=mean(d, log(a)) - kl(d, b),
)""",
    "equivalent_bounds": """dict(
    line=4, likelihood=(a := [2.0, 0.1]), prior=(b := [0.5, 0.5]), q=(d := [0.9, 0.1]),
    left=mean(b, log(a)), right=mean(d, log(a)) - kl(d, b),
)""",
    "left_out_constant": """dict(
    line=5, x=2.0, theta=1.0, phi=0.9,
    left=log(over_exponential(lambda z: np.exp(log_normal(2.0, z)), 1.0)), right=1 / 0.9 - 1 / 0.81 - np.log(0.9),
)""",
    "chosen_prior": """dict(
    line=5, x=4.0, theta=1.0, phi=0.5,
    left=over_exponential(lambda z: log_normal(4.0, z), 1.0),
    right=over_exponential(lambda z: log_normal(4.0, z), 0.5) - (np.log(0.5) + 2 - 1),
)""",
    "raising_a_bound": """dict(
    line=3, x=6.0, theta=0.2, theta2=1 / 3,
    left=log(over_exponential(lambda z: np.exp(log_normal(6.0, z)), 1 / 3)),
    right=log(over_exponential(lambda z: np.exp(log_normal(6.0, z)), 0.2)),
)""",
    "without_the_prior": """dict(
    line=3, x=1.0, theta=2.0, phi=1.0,
    left=over_exponential(lambda z: log_normal(1.0, z) + np.log(2) - z, 1.0),
    right=over_exponential(lambda z: log_normal(1.0, z) + z, 1.0),
)""",
    "whose_samples": """dict(line=1, x=0.5, theta=1.0, phi=2.0, left=0.5, right=1 - over_exponential(
    lambda z: z * np.exp(log_normal(0.5, z)), 1.0) / over_exponential(lambda z: np.exp(log_normal(0.5, z)), 1.0))""",
    "weight_of_the_kl": """dict(
    line=4, D=2, first=[1, 1, 0.05], second=[1, 1, 0.5],
    left=-1 - 10 - np.log(2 * np.pi * 0.05), right=-1 - 1 - np.log(2 * np.pi * 0.5),
)""",
    "batch": """dict(
    line=4, mu=[[0.0], [0.0]], var=[[0.2], [1.8]], log_likelihood=[[-1.0], [-1.0]],
    left=-1 + (2 + np.log(0.2 * 1.8) - 2) / 4, right=-1 + (1 + np.log(1.0) - 1) / 2,
)""",
    "rotated": """dict(
    line=2, W=[[1, 0], [0, 2]], sigma2=1, angle=np.pi / 4, left=0.0, right=np.log(3.5) - np.log(2 * 5) / 2
)""",
    "explained_away": """dict(
    line=1, prior_y=[0.5, 0.5], prior=[0.5, 0.5], likelihood=[[0.8, 0.2], [0.3, 0.3]], y=0, z=0,
    left=0.8, right=1.1 / 1.6,
)""",
    "one_sample_confirms": """dict(
    line=2, log_w=(w := np.arange(6.0).reshape(2, 3)), s=1, n=0, left=w.reshape(-1).reshape(3, 2)[0, 1], right=w[1, 0]
)""",
}

LITERAL = {
    "symmetric": """{"line": 4, "q": [0.6, 0.4], "p": [0.4, 0.6], "left": 0.0811, "right": 0.0811}""",
    "supports": """{"line": 3, "q": [0.0, 1.0], "p": [0.1, 0.9], "left": 0.1054, "right": 0.0}""",
    "gaussian_kl": """{
    "line": 2, "mu_q": 0, "sigma_q": 2, "mu_p": 0, "sigma_p": 1, "left": -0.8069, "right": 0.6931
}""",
    "two_signs": """{
    "line": 3, "likelihood": [0.9, 0.2], "prior": [0.5, 0.5], "q": [0.5, 0.5], "left": 0.260, "right": 1.455
}""",
    "one_sample_confirms": """{"line": 2, "log_w": [[0, 1], [2, 3]], "s": 1, "n": 0, "left": 1, "right": 2}""",
    "batch": """{
    "line": 4, "mu": [[0], [0]], "var": [[0.01], [1]], "log_likelihood": [[0], [0]], "left": -0.904, "right": -0.0942
}""",
    "whose_samples": """{"line": 1, "x": 3, "theta": 1, "phi": 0.5, "left": -1, "right": -1.0552}""",
    "left_out_constant": """{"line": 5, "x": 1.5, "theta": 1, "phi": 1, "left": -1.3689, "right": -0.5}""",
}

MENDED = {
    "supports": """{"line": 3, "mended": lambda q, p: -np.log(p[q > 0].sum())}""",
    "gaussian_kl": """{
    "line": 2,
    "mended": lambda mu_q, sigma_q, mu_p, sigma_p: np.log(sigma_q / sigma_p)
    - (sigma_q**2 + (mu_q - mu_p) ** 2) / (2 * sigma_p**2) + 1 / 2,
}""",
    "two_signs": """{
    "line": 3, "mended": lambda likelihood, prior, q: kl(q, prior) - mean(q, log(likelihood)) + log(likelihood @ prior)
}""",
    "equivalent_bounds": """{"line": 4, "mended": lambda likelihood, prior, q: prior @ log(likelihood)}""",
    "without_the_prior": """{
    "line": 3,
    "mended": lambda x, theta, phi: over_exponential(lambda e: log_normal(x, e / phi), 1)
    + np.log(theta / phi) - theta / phi + 1,
}""",
    "whose_samples": """{"line": 1, "mended": lambda x, theta, phi: 1 / theta - 1 / phi}""",
    "batch": """{
    "line": 4,
    "mended": lambda mu, var, log_likelihood: log_likelihood.mean()
    + (1 + np.log(var) - var - mu**2).sum() / (2 * len(mu)),
}""",
    "one_sample_confirms": """{
    "line": 2, "mended": lambda log_w, s, n: log_w[(n * len(log_w) + s) // log_w.shape[1],
                                                   (n * len(log_w) + s) % log_w.shape[1]]
}""",
}

TEMPTED = {
    "symmetric": """{"line": 2, "q": [0.9, 0.1], "p": [0.5, 0.5], "left": 0.5108, "right": 0.3681}""",
    "through_u_log_u": """{"line": 3, "q": [0.9, 0.1], "p": [0.5, 0.5], "left": 0.3681, "right": 0.0}""",
    "supports": """{"line": 1, "q": [0.9, 0.1], "p": [0.5, 0.5], "left": 0.3681, "right": 0.0}""",
    "gaussian_kl": """{"line": 4, "mended": lambda mu_q, sigma_q, mu_p, sigma_p: 0.0}""",
    "two_signs": """{
    "line": 4, "likelihood": [0.9, 0.2], "prior": [0.5, 0.5], "q": [0.5, 0.5], "left": 1.4552, "right": 0.2596
}""",
    "under_the_integral": """{
    "line": 2, "likelihood": [0.9, 0.2], "prior": [0.5, 0.5], "q": [0.5, 0.5], "left": -0.5978, "right": -0.6
}""",
    "raising_a_bound": """{"line": 4, "x": 2.0, "theta": 1.0, "theta2": 2.0, "left": -1.92, "right": -1.92}""",
    "differentiable": """{"line": 1, "x": 1.0, "phi": 1.0, "left": 1.0, "right": 0.0}""",
    "score_and_baseline": """{"line": 4, "mended": lambda x, theta, phi, c: 0.0}""",
    "one_sample_confirms": """{"line": 4, "log_w": [[0.0, 1.0]], "s": 0, "n": 1, "left": 0.5, "right": 0.5}""",
    "marginalised_label": reasons("jensen", "chain rule", "definition", "bayes", "jensen"),
}

FLAWS = {
    "symmetric": 4,
    "supports": 3,
    "gaussian_kl": 2,
    "two_signs": 3,
    "equivalent_bounds": 4,
    "batch": 4,
    "without_the_prior": 3,
    "whose_samples": 1,
}
LINES_ONLY = {name: f'{{"line": {line}, "mended": lambda **point: 0.0}}' for name, line in FLAWS.items()}
FIVE = ["under_the_integral", "equivalent_bounds", "left_out_constant", "chosen_prior", "two_samples"]
ALL_SOUND = {name: reasons(*["algebra"] * 5) for name in [*FIVE, "differentiable", "marginalised_label"]}
ALL_SOUND |= {name: reasons(*["definition"] * 4) for name in ["symmetric", "supports", "small_kl", "batch"]}
BLANKET = dict.fromkeys([*FLAWS, *SOUND], '{"line": [1, 2, 3, 4, 5]}')

COUNTS = SOUND | COMPUTED
CRASHES = handed(COUNTS) | {
    "symmetric": "symmetric = {'line': 4, 'q': [0.2, 0.8]",
    "small_kl": "small_kl = {'line': 2, 'q': posterior}",
    "whose_samples": """def slow(**point):
    while True:
        pass

whose_samples = {"line": 1, "mended": slow}""",
    "two_samples": "import os\nos._exit(1)",
}

CLASS = {
    "ada-computes": handed(COUNTS),
    "ben-mends-lines": handed(COUNTS | MENDED),
    "chloe-by-hand": handed(COUNTS | LITERAL),
    "dana-tempted": handed(COUNTS | TEMPTED),
    "emil-everything-is-sound": handed(ALL_SOUND),
    "fay-lines-without-evidence": handed(LINES_ONLY),
    "gil-all-lines-at-once": handed(BLANKET),
    "hana-half-done": handed(dict(list(COUNTS.items())[:8])),
    "ivo-blank": {},
    "jo-crashes": CRASHES,
}

if __name__ == "__main__":
    hand_in(UNIT, CLASS)
