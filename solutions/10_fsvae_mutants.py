"""Unit 10: the mutants that are no mistakes."""

PROVED = {
    "negative_elbo": {
        "reconstruction = -gaussian_log_likelihood(model.decode(z, y), x, model.variance()).mean()": (
            "the density of a Gaussian depends on (x - mean)², which is the same with the two exchanged"
        ),
    },
    "probe": {
        "A, B = (torch.cat([f, f.new_ones(len(f), 2)], dim=1).double() for f in (features, others))": (
            "a second column of ones adds nothing to the span of the columns, so the fitted values are the same"
        ),
    },
}
