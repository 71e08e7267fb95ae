"""The semi-supervised VAE against loops over classes and brute force, and its recipe on the embedded digits."""

import json
import math

import pytest
import torch
from torch.distributions import Bernoulli, Categorical, Independent, Normal

from autograder.errors import UserError
from elboroom.data import Split
from elboroom.models import SSVAE
from elboroom.models.ssvae import CUT, LogBernoulli, likely
from elboroom.training import settings_for
from elboroom.training.distributed import World
from elboroom.training.run import load_run, make_model, run
from elboroom.training.ssvae import SemiSupervised, SemiSupervisedBatches, hundred, loss

N, D, K, C = 4, 5, 2, 3
ALONE = World(0, 1, torch.device("cpu"))


@pytest.fixture
def model():
    torch.manual_seed(0)
    return SSVAE(z_dim=K, x_dim=D, hidden=8, classes=C)


@pytest.fixture
def x():
    return torch.bernoulli(torch.full((N, D), 0.5))


@pytest.fixture
def eps():
    return torch.randn(N, C, K)


def bound_of_one(model, x, y, eps):
    """L(x, y) of one image and one class, from torch.distributions, term by term."""
    mu, var = model.encode(x[None], torch.tensor([y]))
    q = Independent(Normal(mu, var.sqrt()), 1)
    z = mu + var.sqrt() * eps
    pixels = Independent(Bernoulli(logits=model.decode(z, torch.tensor([y]))), 1)
    prior = Independent(Normal(torch.zeros(K), torch.ones(K)), 1)
    kl = torch.distributions.kl_divergence(q, prior)
    return (pixels.log_prob(x[None]) - kl - math.log(C)).squeeze()


def u_of_one(model, x, eps):
    q = Categorical(logits=model.classify(x[None])[0])
    return sum(q.probs[y] * bound_of_one(model, x, y, eps[y]) for y in range(C)) + q.entropy()


def test_the_labelled_bound_is_its_definition(model, x, eps):
    y = torch.tensor([2, 0, 1, 2])
    wanted = torch.stack([bound_of_one(model, x[i], int(y[i]), eps[i, 0]) for i in range(N)])
    assert torch.allclose(model.labelled(x, y, eps[:, 0]), -wanted.mean(), rtol=1e-5)


def test_the_table_of_bounds_has_images_in_rows_and_classes_in_columns(model, x, eps):
    wanted = torch.stack([torch.stack([bound_of_one(model, x[i], y, eps[i, y]) for y in range(C)]) for i in range(N)])
    assert torch.allclose(model.table(x, eps), wanted, rtol=1e-5)


def test_the_unlabelled_bound_and_its_gradient_are_those_of_a_loop_over_images_and_classes(model, x, eps):
    wanted = -torch.stack([u_of_one(model, x[i], eps[i]) for i in range(N)]).mean()
    got, kl, reconstruction = model.negative_elbo(x, eps)
    assert torch.allclose(got, wanted, rtol=1e-5) and torch.allclose(got, kl + reconstruction)
    assert torch.equal(model.unlabelled(x, eps), got)
    parameters = list(model.parameters())
    for a, b in zip(torch.autograd.grad(got, parameters), torch.autograd.grad(wanted, parameters), strict=True):
        assert torch.allclose(a, b, rtol=1e-4, atol=1e-6)


def test_u_is_below_the_evidence_which_a_grid_gives(model, x):
    line = torch.linspace(-8, 8, 161)
    z = torch.cartesian_prod(line, line)
    prior = Independent(Normal(torch.zeros(K), torch.ones(K)), 1).log_prob(z) + 2 * math.log(0.1)
    with torch.no_grad():
        pixels = [Independent(Bernoulli(logits=model.decode(z, torch.full((len(z),), y))), 1) for y in range(C)]
        joint = [torch.logsumexp(p.log_prob(x[:, None]) + prior, 1) for p in pixels]  # log p(x|y)
        evidence = torch.logsumexp(torch.stack(joint, 1), 1).mean() - math.log(C)
        bounds = torch.stack([-model.unlabelled(x, torch.randn(N, C, K)) for _ in range(2000)])
    assert bounds.mean() + 5 * bounds.std() / math.sqrt(2000) < evidence
    assert bounds.mean() > evidence - 2


def test_the_best_q_of_y_is_the_softmax_of_the_bounds_and_gives_their_logsumexp(model, x, eps):
    with torch.no_grad():
        table = model.table(x, eps)
        at_best = -sum(model.terms(x, table, eps))
        elsewhere = -sum(model.terms(x, table + 0.3 * torch.randn(N, C), eps))
    assert torch.allclose(at_best, torch.logsumexp(table, 1), rtol=1e-5) and (elsewhere < at_best).all()


def test_classes_that_q_almost_excludes_are_not_computed_and_hardly_missed(model, x, eps, monkeypatch):
    with torch.no_grad():
        logits = torch.tensor([0.0, -5, -40]).repeat(N, 1)
        cut = sum(model.terms(x, logits, eps))
        rows = len(likely(logits)[0])
        monkeypatch.setattr("elboroom.models.ssvae.CUT", 1e-30)
        whole = sum(model.terms(x, logits, eps))
    assert rows == 2 * N and len(likely(logits)[0]) == 3 * N
    assert torch.allclose(cut, whole, atol=1e-4, rtol=0)


def test_what_is_left_of_q_sums_to_one_for_every_image_and_has_a_gradient():
    logits = (20 * torch.randn(50, 10)).requires_grad_()
    which, _, log_q = likely(logits)
    sums = torch.zeros(50).index_add(0, which, log_q.exp())
    assert torch.allclose(sums, torch.ones(50)) and len(which) < 300 and log_q.min() > math.log(CUT) - 1e-3
    log_q.sum().backward()
    assert logits.grad.isfinite().all()


def test_the_written_gradient_of_the_bernoulli_is_autograds():
    x, logits = torch.bernoulli(torch.full((3, 6), 0.5)).double(), torch.randn(3, 6, dtype=torch.double)
    logits[0, :2] = torch.tensor([80.0, -80.0])
    logits.requires_grad_()
    assert torch.autograd.gradcheck(lambda logits: LogBernoulli.apply(x, logits), (logits,))
    assert torch.allclose(LogBernoulli.apply(x, logits), Independent(Bernoulli(logits=logits), 1).log_prob(x))


@pytest.mark.parametrize("shape", [(C, N, K), (N * C, K), (N, K)])
def test_noise_with_the_classes_first_is_refused(model, x, shape):
    with pytest.raises(AssertionError, match="images first, then classes"):
        model.unlabelled(x, torch.randn(shape))


class TestRecipe:
    @pytest.fixture
    def settings(self) -> SemiSupervised:
        return settings_for("ssvae", "published", steps=4, subset=True, seed=3, label_seed=2, precision="single")

    def terms(self, settings, digits):
        batch = SemiSupervisedBatches(settings, digits, "cpu", ALONE).draw(1)
        return loss(make_model(settings), settings, torch.ones(()), *batch), batch

    def test_a_hundred_labels_are_ten_of_each_class_and_depend_on_the_label_seed_only(self, settings, digits):
        chosen = hundred(settings, digits.train)
        assert torch.bincount(torch.from_numpy(chosen.labels)).tolist() == [10] * 10
        assert (hundred(settings.changed(seed=9), digits.train).images == chosen.images).all()
        assert (hundred(settings.changed(label_seed=9), digits.train).images != chosen.images).any()

    @pytest.mark.parametrize("changes, said", [({"labels": 95}, "95 labels can't"), ({"data": "bare"}, "bare has no")])
    def test_labels_that_cannot_be_drawn_are_refused(self, settings, digits, changes, said):
        bare = digits.train if "labels" in changes else Split(digits.train.images, None)
        with pytest.raises(UserError, match=said):
            hundred(settings.changed(**changes), bare)

    def test_the_loss_is_the_homeworks(self, settings, digits):
        terms, (x, eps, labelled, noise, y) = self.terms(settings, digits)
        model = make_model(settings)
        cross_entropy = -Categorical(logits=model.classify(labelled)).log_prob(y).mean()
        assert torch.allclose(terms[4], cross_entropy) and torch.allclose(terms[1], model.unlabelled(x, eps))
        assert torch.allclose(terms[0], terms[1] + 100 * terms[4])
        more, _ = self.terms(settings.changed(labelled_weight=2.0, generative_weight=3.0), digits)
        wanted = 3 * terms[1] + 100 * terms[4] + 2 * model.labelled(labelled, y, noise)
        assert torch.allclose(more[0], wanted)

    def test_without_a_generative_weight_only_the_classifier_learns(self, settings, digits):
        settings = settings.changed(generative_weight=0.0)
        batch = SemiSupervisedBatches(settings, digits, "cpu", ALONE).draw(0)
        model = make_model(settings)
        terms = loss(model, settings, torch.ones(()), *batch)
        terms[0].backward()
        learns = {name.split(".")[0] for name, p in model.named_parameters() if p.grad is not None}
        assert learns == {"cls"} and batch[0].shape == (0, 784) and torch.equal(terms[1:4], torch.zeros(3))

    def test_bfloat16_changes_the_loss_by_its_rounding(self, settings, digits):
        single, _ = self.terms(settings, digits)
        half, _ = self.terms(settings.changed(precision="bfloat16"), digits)
        assert half.dtype == torch.float32
        assert not torch.equal(single, half) and torch.allclose(single, half, rtol=0.01)

    def test_batches_are_the_same_for_the_same_step_and_binarised_afresh_for_another(self, settings, digits):
        batches = SemiSupervisedBatches(settings, digits, "cpu", ALONE)
        first, second, again = batches.draw(0), batches.draw(1), batches.draw(0)
        assert [tuple(t.shape) for t in first] == [(100, 784), (100, 10, 64), (100, 784), (100, 64), (100,)]
        assert all(torch.equal(a, b) for a, b in zip(first, again, strict=True))
        assert not any(torch.equal(a, b) for a, b in zip(first[:4], second[:4], strict=True))

    def test_shared_noise_is_the_same_for_all_classes_of_an_image_and_another_for_each_image(self, settings, digits):
        _, eps, *_ = SemiSupervisedBatches(settings.changed(shared_noise=True), digits, "cpu", ALONE).draw(0)
        assert eps.shape == (100, 10, 64) and (eps == eps[:, :1]).all() and len(eps[:, 0, 0].unique()) == 100
        _, own, *_ = SemiSupervisedBatches(settings, digits, "cpu", ALONE).draw(0)
        assert len(own[0, :, 0].unique()) == 10

    def test_warped_labelled_digits_are_others_at_every_step_and_nothing_else_changes(self, settings, digits):
        plain = SemiSupervisedBatches(settings, digits, "cpu", ALONE)
        bent = SemiSupervisedBatches(settings.changed(warped=True), digits, "cpu", ALONE)
        steps = [bent.draw(step)[2] for step in (0, 1, 0)]
        assert torch.equal(steps[0], steps[2]) and not torch.equal(steps[0], steps[1])
        same, moved = (torch.stack([b.draw(s)[2] for s in range(20)]).mean(0) for b in (plain, bent))
        grey = bent.images.float() / 255
        assert ((moved - grey).abs().mean()) > 1.5 * (same - grey).abs().mean()  # not only binarised in another way
        assert torch.equal(plain.draw(3)[0], bent.draw(3)[0]) and torch.equal(plain.draw(3)[4], bent.draw(3)[4])

    def test_two_processes_share_the_unlabelled_batch_and_both_see_all_labels(self, settings, digits):
        whole = SemiSupervisedBatches(settings, digits, "cpu", ALONE).draw(2)
        halves = [
            SemiSupervisedBatches(settings, digits, "cpu", World(rank, 2, torch.device("cpu"))).draw(2)
            for rank in range(2)
        ]
        for whole_part, *parts in zip(whole[:2], *(half[:2] for half in halves), strict=True):
            assert torch.equal(torch.cat(parts), whole_part)
        assert all(torch.equal(half[2], whole[2]) for half in halves)

    def test_the_rate_falls_in_a_line_at_the_end(self, settings):
        settings = settings.changed(steps=100, decay_from=0.8)
        assert [settings.rate(s) for s in (0, 80)] == [1e-3, 1e-3] and settings.rate(90) == pytest.approx(5e-4)

    def test_a_run_leaves_accuracies_with_their_errors(self, settings, tmp_path):
        metrics = run(settings, tmp_path, "cpu")
        assert {"accuracy", "accuracy_by_bound", "agreement", "nelbo", "kl", "rec"} <= metrics.keys()
        accuracy, error = metrics["accuracy"], metrics["se"]["accuracy"]
        assert error == pytest.approx(math.sqrt(accuracy * (1 - accuracy) / 999), rel=1e-6)
        assert metrics["nelbo"] == pytest.approx(metrics["kl"] + metrics["rec"])
        assert load_run(tmp_path)[1] == settings
        lines = [json.loads(line) for line in (tmp_path / "metrics.jsonl").read_text().splitlines()]
        assert set(lines[-1]) >= {"loss", "nelbo", "cross_entropy"}

    def test_a_hundred_labels_and_a_minute_of_steps_are_better_than_guessing(self, settings, tmp_path):
        metrics = run(settings.changed(steps=60, generative_weight=0.0), tmp_path, "cpu")
        assert metrics["accuracy"] > 0.5 and "nelbo" not in metrics
