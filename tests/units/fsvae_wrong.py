"""Wrong answers to the exercises of unit 10 as a learner would write them: (exercise, function, code, mistake).

They are written without a look at the definitions that the known mistakes are made of.
"""

import math

import numpy as np
import torch
from torch.distributions import Normal
from torch.nn import functional as F

from tests.units.fsvae_right import WithNetworks, label_by_one_hot, likelihood_by_normal


class BlindDecoder(WithNetworks):
    def decode(self, z, y):
        return self.dec.net(F.pad(z, (0, self.classes)))


class BlindEncoder(WithNetworks):
    def encode(self, x, y):
        mu, h = self.enc.net(F.pad(x, (0, self.classes))).chunk(2, -1)
        return mu, F.softplus(h) + 1e-8


class LabelFirst(WithNetworks):
    def encode(self, x, y):
        mu, h = self.enc.net(torch.cat([F.one_hot(y, self.classes), x], dim=1)).chunk(2, -1)
        return mu, F.softplus(h) + 1e-8


class Sigmoid(WithNetworks):
    def decode(self, z, y):
        return torch.sigmoid(super().decode(z, y))


class Exponential(WithNetworks):
    def encode(self, x, y):
        mu, h = self.enc.net(label_by_one_hot(x, y, self.classes)).chunk(2, -1)
        return mu, torch.exp(h)


class Deviation(WithNetworks):
    def variance(self):
        return super().variance().sqrt()


def objective(
    model,
    x,
    y,
    eps,
    sd=torch.sqrt,
    kl_of=None,
    log_p=likelihood_by_normal,
    over=torch.sum,
    var=None,
    charge=0.0,
    sign=1,
):
    mu, q_var = model.encode(x, y)
    mean = model.decode(mu + sd(q_var) * eps, y)
    p_var = model.variance() if var is None else torch.tensor(var)
    m, v = (mu, q_var) if kl_of is None else kl_of(mean, p_var)
    kl = (0.5 * over(m**2 + v - 1 - torch.log(v), dim=1)).mean()
    reconstruction = -log_p(x, mean, p_var).mean()
    return sign * (kl + reconstruction) + charge, kl, sign * reconstruction


def changed(**slips):
    def negative_elbo(model, x, y, eps):
        return objective(model, x, y, eps, **slips)

    return negative_elbo


def squares_only(x, mean, var):
    return -((x - mean) ** 2 / (2 * var)).sum(1)


def normaliser_after_the_sum(x, mean, var):
    return squares_only(x, mean, var) - 0.5 * math.log(2 * math.pi) - 0.5 * torch.log(var)


def scale_is_var(x, mean, var):
    return Normal(mean, var).log_prob(x).sum(1)


def mean_of_log_prob(x, mean, var):
    return Normal(mean, var.sqrt()).log_prob(x).mean(1)


def number_beside(features, y, classes):
    return torch.cat([features, y[:, None].to(features.dtype)], dim=1)


def stacked_by_class(features, y, classes):
    columns = torch.stack([(y == c).to(features.dtype) for c in range(classes)])
    return torch.cat([features, columns.reshape(len(y), classes)], dim=1)


def styled(model, x, y, eps, told=None):
    mu, var = model.encode(x, y if told is None else told)
    return mu + var.sqrt() * eps


def best_deviation(model, x, y, eps):
    return (x - model.decode(styled(model, x, y, eps), y)).square().mean().sqrt()


def swap_told_the_wish(model, x, y, wanted, eps):
    return model.decode(styled(model, x, y, eps, wanted), wanted)


def swap_reconstructs(model, x, y, wanted, eps):
    return model.decode(styled(model, x, y, eps), y)


def grid_class_major(model, z, classes):
    images = model.decode(z.repeat(classes, 1), torch.arange(classes).repeat_interleave(len(z)))
    return images.reshape(len(z), classes, -1)


def grid_transposed(model, z, classes):
    return torch.stack([model.decode(z, torch.full((len(z),), c)) for c in range(classes)])


def walk_short_of_the_end(model, z_a, z_b, y, steps):
    z = torch.stack([z_a + i / steps * (z_b - z_a) for i in range(steps)])
    return model.decode(z, torch.full((steps,), y))


def walk_in_pixels(model, z_a, z_b, y, steps):
    a, b = model.decode(torch.stack([z_a, z_b]), torch.tensor([y, y]))
    return torch.stack([torch.lerp(a, b, w) for w in torch.linspace(0, 1, steps).tolist()])


def fit(features, labels, others, ones=True, targets=None):
    A, B = (np.column_stack([f, np.ones(len(f))][: 1 + ones]) for f in map(np.asarray, (features, others)))
    T = np.eye(int(max(labels)) + 1)[np.asarray(labels)] if targets is None else targets
    return B @ np.linalg.lstsq(A, T, rcond=None)[0]


def figures(predicted, labels):
    right = predicted == np.asarray(labels)
    return float(right.mean()), float(right.std() / math.sqrt(len(right)))


def probe_without_ones(features, labels, others, theirs):
    return figures(fit(features, labels, others, ones=False).argmax(1), theirs)


def probe_on_training_rows(features, labels, others, theirs):
    return figures(fit(features, labels, features).argmax(1), labels)


def probe_of_numbers(features, labels, others, theirs):
    return figures(np.rint(fit(features, labels, others, targets=np.asarray(labels, float))), theirs)


def probe_without_root_n(features, labels, others, theirs):
    a, _ = figures(fit(features, labels, others).argmax(1), theirs)
    return a, math.sqrt(a * (1 - a))


def at_the_mean(x, theta):
    if np.any(np.asarray(theta) <= 0):
        raise ValueError
    return -0.5 * np.log(2 * np.pi) - 0.5 * (np.asarray(x) - 1 / np.asarray(theta)) ** 2


WRONG = [
    ("prior_bound", "prior_bound", at_the_mean, "at_the_mean"),
    ("with_label", "with_label", number_beside, "label_as_a_number"),
    ("with_label", "with_label", stacked_by_class, "class_major"),
    ("gaussian_log_likelihood", "gaussian_log_likelihood", squares_only, "no_normaliser"),
    ("gaussian_log_likelihood", "gaussian_log_likelihood", normaliser_after_the_sum, "normaliser_once"),
    ("gaussian_log_likelihood", "gaussian_log_likelihood", scale_is_var, "variance_for_deviation"),
    ("gaussian_log_likelihood", "gaussian_log_likelihood", mean_of_log_prob, "mean_over_the_pixels"),
    ("FSVAE", "FSVAE", BlindDecoder, "decoder_not_told"),
    ("FSVAE", "FSVAE", BlindEncoder, "encoder_not_told"),
    ("FSVAE", "FSVAE", LabelFirst, "label_before_the_image"),
    ("FSVAE", "FSVAE", Sigmoid, "squashed"),
    ("FSVAE", "FSVAE", Exponential, "exponential"),
    ("FSVAE", "FSVAE", Deviation, "square_root"),
    ("negative_elbo", "negative_elbo", changed(sd=lambda var: var), "variance_for_deviation"),
    ("negative_elbo", "negative_elbo", changed(sd=torch.zeros_like), "without_noise"),
    (
        "negative_elbo",
        "negative_elbo",
        changed(kl_of=lambda mean, var: (mean, var * torch.ones_like(mean))),
        "kl_of_the_decoders_output",
    ),
    ("negative_elbo", "negative_elbo", changed(kl_of=lambda m, v: (0 * m, 1 + 0 * m)), "kl_against_itself"),
    ("negative_elbo", "negative_elbo", changed(log_p=squares_only), "squared_error_alone"),
    ("negative_elbo", "negative_elbo", changed(log_p=mean_of_log_prob), "mean_over_pixels"),
    ("negative_elbo", "negative_elbo", changed(over=torch.mean), "mean_over_latents"),
    ("negative_elbo", "negative_elbo", changed(var=0.1), "homeworks_variance"),
    ("negative_elbo", "negative_elbo", changed(charge=math.log(3)), "label_charged"),
    ("best_variance", "best_variance", best_deviation, "best_deviation"),
    ("swap", "swap", swap_told_the_wish, "encoder_told_the_wish"),
    ("swap", "swap", swap_reconstructs, "keeps_its_label"),
    ("style_grid", "style_grid", grid_class_major, "class_major"),
    ("style_grid", "style_grid", grid_transposed, "rows_and_columns_exchanged"),
    ("interpolate", "interpolate", walk_short_of_the_end, "end_left_out"),
    ("interpolate", "interpolate", walk_in_pixels, "blended"),
    ("probe", "probe", probe_without_ones, "no_constant"),
    ("probe", "probe", probe_on_training_rows, "on_what_was_fitted"),
    ("probe", "probe", probe_of_numbers, "label_as_a_number"),
    ("probe", "probe", probe_without_root_n, "spread_of_one"),
]
