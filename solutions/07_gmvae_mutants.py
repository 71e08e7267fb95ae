"""Unit 07: the mutants that are no mistakes."""

WITNESS = "Any witness is right, and this is one: the judge works out its estimate and its KL."
START = "How the prior starts is up to the learner; a check puts its own weights in."
SYMMETRIC = "N(z; mu, var) = N(mu; z, var)."
LAST_OF_TWO = "The tensor has two dimensions: the last is dimension 1."

PROVED = {
    "log_normal_mixture": {"table = log_normal(mu, z[:, None], var)  # (N, k)": SYMMETRIC},
    "kl_to_mixture_monte_carlo": {
        "return log_normal(mu, z, var) - log_normal_mixture(z, prior_mu, prior_var)": SYMMETRIC
    },
    "negative_sample": {
        "return 0.0, 1.0, 1.0, [0.0], [0.01]": WITNESS,
        "return 0.0, 0.0, 2.0, [0.0], [0.01]": WITNESS,
        "return 0.0, 0.0, 1.0, [0.0], [0.005]": WITNESS,
    },
    "GMVAE": {
        "self.z_pre = nn.Parameter(0.015 * torch.randn(2 * k, z_dim))": START,
        "self.z_pre = nn.Parameter(torch.randn(2 * k, z_dim))": START,
        "self.z_pre = nn.Parameter((0.03 / torch.randn(2 * k, z_dim)))": START,
        "self.z_pre = nn.Parameter(1.03 * torch.randn(2 * k, z_dim))": START,
        "mu, h = self.net(x).chunk(2, dim=1)  # (N, K) each": LAST_OF_TWO,
    },
    "negative_elbo": {
        'reconstruction = F.binary_cross_entropy_with_logits(logits, x, reduction="none").sum(1).mean()': LAST_OF_TWO
    },
    "aggregate_posterior_is_optimal": {
        '.eq(E(q(x), KL(q(z | x), q(z))) + E(q(z, x), log(q(z)) - log(p(z))), by="definition, tower")': (
            "q(z, x) is the same density as q(x, z)."
        )
    },
}
