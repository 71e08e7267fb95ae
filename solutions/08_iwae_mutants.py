"""Unit 08: the mutants that are no mistakes."""

PROVED = {
    "iwae_bounds_evidence": {
        'begin.eq(log(integral(z, p(z, x))), by="marginal")': "p(z, x) is p(x, z): variables have names."
    },
    "iwae_gradient": {
        "rates = [torch.full((n,), float(rate), requires_grad=True) for rate in (theta, phi)]": (
            "Single precision of a rate that comes as a plain number is no mistake."
        )
    },
}
