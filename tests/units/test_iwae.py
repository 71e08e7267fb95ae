"""Unit 08's checks: right answers of any form pass, every known mistake is named, and proofs can't be jumped."""

import functools

import numpy as np
import pytest
import torch

from autograder.derivation import Derivation, E, average, log
from elboroom.checks.iwae_goals import FEWER, L_1, SAMPLES, L_k, L_m, a, i, p, w, x, z
from tests.units.iwae_right import MODELS, RIGHT, by_distributions
from tests.units.judging import Judge, failures, labels

judge = Judge("08_iwae")
PROOFS = ["iwae_bounds_evidence", "iwae_beats_elbo", "iwae_is_monotone"]
CHOICES = ["telltale", "tighter"]
CODE = [name for name in judge.names if name not in [*PROOFS, *CHOICES, "train_iwae"]]
MISTAKES = judge.mistakes(*CHOICES)
DIALECTS = [(name, answer) for name, answers in RIGHT.items() for answer in answers]


def namespace(name, answer):
    return MODELS | {name: answer}


@pytest.mark.parametrize(("name", "answer"), DIALECTS, ids=[f"{n}-{k}" for k, (n, _) in enumerate(DIALECTS)])
def test_a_right_answer_of_any_form_gets_all_points(name, answer):
    judge.assert_right(name, namespace(name, answer))


def test_every_exercise_has_three_right_answers():
    assert set(RIGHT) == {*CODE, *PROOFS} and all(len(answers) >= 3 for answers in RIGHT.values())


def plain(argument):
    return argument.detach().numpy() if isinstance(argument, torch.Tensor) else argument


def as_a_learner(mistake):
    """A function of tensors that returns what the mistake returns."""

    def answer(*arguments):
        with np.errstate(all="ignore"):
            returned = mistake.returns(*map(plain, arguments))
        return tuple(map(torch.tensor, returned)) if isinstance(returned, tuple) else torch.tensor(returned)

    return answer


def detached(model, x, eps):
    mu, var = model.encode(x)
    z = (mu + var.sqrt() * eps).detach()
    quiet = by_distributions(model, x, eps).detach()
    moving = torch.distributions.Bernoulli(logits=model.decode(z)).log_prob(x).sum(-1) + model.log_prior(z)
    moving = moving - torch.distributions.Normal(mu, var.sqrt()).log_prob(z).sum(-1)
    return quiet + moving - moving.detach()


@pytest.mark.parametrize(("name", "mistake"), MISTAKES, ids=labels(MISTAKES))
def test_a_known_mistake_is_rejected_by_its_name_alone(name, mistake):
    answer = detached if mistake.function.startswith("gradient of") else as_a_learner(mistake)
    judge.assert_named(name, namespace(name, answer), mistake, hidden=True)


# What the mistakes look like when a learner writes them --------------------------------------------------------------


def folded_wrongly(model, x, eps):
    """log_weights by way of a list, folded with images first: shapes agree when m = N."""
    return by_distributions(model, x, eps).reshape(-1).reshape(len(x), len(eps)).T


WRONG = [
    ("iwae_bound", lambda log_w: log_w.mean(0), "mean_of_the_logs"),
    ("iwae_bound", lambda log_w: torch.logsumexp(log_w, 1) - np.log(log_w.shape[1]), "over_the_images"),
    ("iwae_bound", lambda log_w: torch.logsumexp(log_w, 0), "log_m_forgotten"),
    ("iwae_bound", lambda log_w: log_w.exp().mean(0).log(), "overflows"),
    ("iwae_bound", lambda log_w: torch.logsumexp(log_w, 0) / len(log_w), "divided_by_m"),
    ("effective_sample_size", lambda log_w: 1 / (torch.softmax(log_w, 1) ** 2).sum(1), "of_the_images"),
    ("effective_sample_size", lambda log_w: 1 / torch.softmax(log_w, 0).max(0).values, "by_the_largest"),
    ("repaired_bound", lambda log_w, m: torch.logsumexp(log_w.reshape(-1, m), 1) - np.log(m), "not_repaired"),
    ("pooled_images", lambda N, m: torch.arange(N).repeat_interleave(m).reshape(N, m), "as_it_should_be"),
    ("relative_variance", lambda x, theta, phi: RIGHT["relative_variance"][0](x, theta, phi) + 1, "second_moment"),
]


@pytest.mark.parametrize(("name", "answer", "mistake"), WRONG, ids=[w[2] for w in WRONG])
def test_a_misconception_as_a_learner_writes_it_is_named(name, answer, mistake):
    assert judge(name, namespace(name, answer), hidden=False).mistake == mistake


@pytest.mark.parametrize(
    ("name", "answer", "says"),
    [
        ("iwae_bound", lambda log_w: torch.tensor(by_scipy(log_w)), "element 0 of tensors does not require grad"),
        ("iwae_bound", lambda log_w: RIGHT["iwae_bound"][0](log_w)[:, None], "has shape (4, 1)"),
        ("effective_sample_size", lambda log_w: log_w.exp().sum(0) ** 2 / log_w.exp().square().sum(0), "0/0"),
        ("log_weights", folded_wrongly, "of 12 entries are off"),
        ("log_weights", lambda m, x, eps: by_distributions(m, x, eps).detach(), "No gradient of `log_weights`"),
    ],
    ids=["no torch", "a column", "underflow", "a fold", "detached"],
)
def test_what_has_no_name_is_told_in_plain_words(name, answer, says):
    assert says in str(failures(judge(name, namespace(name, answer), hidden=False)))


def by_scipy(log_w):
    from scipy.special import logsumexp

    return logsumexp(log_w.detach().numpy(), axis=0) - np.log(len(log_w))


def test_the_prior_of_the_mixture_is_worth_a_part_of_its_own():
    def standard(model, x, eps):
        z = model.encode(x)[0] + model.encode(x)[1].sqrt() * eps
        return by_distributions(model, x, eps) - model.log_prior(z) + MODELS["VAE"].log_prior(model, z)

    result = judge("log_weights", namespace("log_weights", standard), hidden=False)
    assert result.mistake == "standard_normal_prior"
    assert [part.ok for part in result.parts] == [True, False, True, False]


# Proofs --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PROOFS)
def test_half_a_proof_earns_a_part_and_a_bare_claim_nothing(name):
    whole = RIGHT[name][0]
    unfinished = [Derivation(whole.start, None, whole.steps[:n]) for n in range(len(whole.steps))]
    shares = [judge(name, {name: chain}).points for chain in unfinished]
    assert shares[0] == 0.0 and shares == sorted(shares) and 0 < shares[-1] < 1


SINGLE = E(SAMPLES, log(average(i, w(z[i]))))
SHORTCUTS = [
    ("iwae_bounds_evidence", Derivation(log(p(x))).ge(L_m, by="jensen")),
    ("iwae_bounds_evidence", Derivation(log(p(x))).eq(L_m, by="definition")),
    ("iwae_beats_elbo", Derivation(L_m).ge(L_1, by="jensen")),
    ("iwae_beats_elbo", Derivation(L_m).eq(SINGLE, by="definition").ge(L_1, by="definition, jensen")),
    ("iwae_is_monotone", Derivation(L_m).ge(L_k, by="jensen")),
    (
        "iwae_is_monotone",
        Derivation(L_m).eq(SINGLE, by="definition").ge(E(FEWER, log(average(a, w(z[a])))), by="jensen"),
    ),
    ("iwae_is_monotone", RIGHT["iwae_beats_elbo"][0]),
    ("iwae_beats_elbo", RIGHT["iwae_is_monotone"][0]),
]


@pytest.mark.parametrize(("name", "chain"), SHORTCUTS)
def test_a_shortcut_proves_nothing(name, chain):
    assert judge(name, {name: chain}).points < 1.0


def test_the_averages_can_not_be_exchanged_with_the_logarithm_for_nothing():
    chain = Derivation(L_m).eq(SINGLE, by="definition").eq(E(SAMPLES, average(i, log(w(z[i])))), by="linearity")
    result = judge("iwae_beats_elbo", {"iwae_beats_elbo": chain})
    assert result.message.startswith("Line 2 (false): At m = 2")


# The training run ----------------------------------------------------------------------------------------------------


@functools.cache
def untrained():
    torch.manual_seed(0)
    return {name: weight.numpy() for name, weight in MODELS["VAE"](hidden=100).state_dict().items()}


def test_untrained_weights_of_the_right_shape_earn_nothing():
    result = judge("train_iwae", {"iwae_weights": untrained()})
    assert result.points == 0.0 and "-L_20 on the judge's 1,000 test digits is" in result.message


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda w: w | {"enc.net.0.bias": np.full(100, np.nan, "f4")}, "not finite"),
        (lambda w: w | {"more": np.zeros(3, "f4")}, "a weight `more` that this model doesn't have"),
        (lambda w: {n: v for n, v in w.items() if n != "dec.net.4.bias"}, "`dec.net.4.bias` is not there"),
        (lambda w: -95.0, "should be a dictionary of arrays"),
    ],
    ids=["nan", "one too many", "one too few", "a reported figure"],
)
def test_what_is_not_a_set_of_weights_is_refused_with_a_reason(change, says):
    result = judge("train_iwae", {"iwae_weights": change(untrained())})
    assert result.points == 0.0 and says in result.message
