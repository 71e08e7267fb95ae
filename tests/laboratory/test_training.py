"""The training loop: the same numbers after an interruption, on two processes, and a word when it diverges."""

import json
import os
import signal
import socket
import subprocess
import sys

import pytest
import torch

from autograder.errors import UserError
from elboroom.training import Batches, Diverged, Stepper, loop, settings_for, train
from elboroom.training import checkpoint as checkpoints
from elboroom.training.checkpoint import evaluated_state
from elboroom.training.distributed import World
from elboroom.training.recipe import images_and_noise
from elboroom.training.run import load_run, make_model, run


def start(settings, digits):
    stepper = Stepper(make_model(settings), settings)
    return stepper, images_and_noise(settings, digits, "cpu", World(0, 1, torch.device("cpu")))


def same(a, b):
    return a.keys() == b.keys() and all(torch.equal(a[k], b[k]) for k in a)


def test_the_same_seed_gives_the_same_weights_and_another_seed_others(short, digits):
    states = []
    for seed in (3, 3, 4):
        stepper, batches = start(type(short)(**(short.to_dict() | {"seed": seed})), digits)
        train(stepper, batches)
        states.append(evaluated_state(stepper))
    assert same(states[0], states[1]) and not same(states[0], states[2])


def test_training_lowers_the_bound(short, digits):
    settings = type(short)(**(short.to_dict() | {"steps": 60}))
    stepper, batches = start(settings, digits)
    first = stepper.take(0, *batches.draw(0))[0]
    train(stepper, batches)
    assert stepper.take(59, *batches.draw(61))[0] < first - 200


def test_a_run_that_was_interrupted_ends_bit_for_bit_as_one_that_was_not(short, digits, tmp_path, monkeypatch):
    monkeypatch.setattr(loop, "LOOK_EVERY", 5)
    whole, batches = start(short, digits)
    train(whole, batches)

    stepper, batches = start(short, digits)
    with pytest.raises(KeyboardInterrupt):
        train(
            stepper, batches, tmp_path, [lambda look: os.kill(os.getpid(), signal.SIGINT) if look.step == 10 else None]
        )
    resumed, batches = start(short, digits)
    steps = []
    train(resumed, batches, tmp_path, [lambda look: steps.append(look.step)])
    assert 10 < steps[0] <= 15 and same(evaluated_state(whole), evaluated_state(resumed))
    lines = [json.loads(line) for line in (tmp_path / "metrics.jsonl").read_text().splitlines()]
    assert [line["step"] for line in lines] == sorted({line["step"] for line in lines}) and lines[-1]["step"] == 20


def test_a_checkpoint_of_other_settings_is_not_gone_on_with(short, digits, tmp_path):
    stepper, batches = start(short, digits)
    train(stepper, batches, tmp_path)
    other, batches = start(type(short)(**(short.to_dict() | {"seed": 9, "batch": 50})), digits)
    with pytest.raises(UserError, match="another batch, seed"):
        train(other, batches, tmp_path)


def test_a_checkpoint_is_written_whole_or_not_at_all(short, digits, tmp_path, monkeypatch):
    stepper, batches = start(short, digits)
    train(stepper, batches, tmp_path)
    before = (tmp_path / checkpoints.NAME).read_bytes()
    monkeypatch.setattr(checkpoints, "save_file", _half_written)
    with pytest.raises(OSError):
        checkpoints.save(tmp_path, stepper, 20)
    assert (tmp_path / checkpoints.NAME).read_bytes() == before


def _half_written(tensors, path, metadata):
    path.write_bytes(b"half")
    raise OSError("disk full")


def test_divergence_is_told_with_the_step_the_term_and_a_remedy(short, digits):
    stepper, batches = start(short, digits)

    def poisoned(step, draw=batches.draw):
        x, eps = draw(step)
        return (x, eps * float("nan")) if step == 7 else (x, eps)

    batches.draw = poisoned
    with pytest.raises(Diverged, match=r"At step 7 the reconstruction.* not finite\. Lower the learning rate"):
        train(stepper, batches)


def test_every_image_is_seen_once_an_epoch():
    images = torch.arange(12, dtype=torch.uint8)[:, None].expand(12, 784) % 2
    batches = Batches(images.contiguous(), 4, (3,), seed=1, binary=True)
    seen = [torch.cat([batches._which(step) for step in range(3 * e, 3 * e + 3)]) for e in range(2)]
    assert all(sorted(order.tolist()) == list(range(12)) for order in seen) and not torch.equal(*seen)


def test_shares_of_two_processes_make_up_the_batch_of_one():
    images = torch.randint(0, 256, (50, 784), dtype=torch.uint8)
    whole = Batches(images, 10, (2, 3), seed=1).draw(4)
    halves = [Batches(images, 10, (2, 3), seed=1, rank=r, world=2).draw(4) for r in range(2)]
    assert torch.equal(torch.cat([h[0] for h in halves]), whole[0])
    assert torch.equal(torch.cat([h[1] for h in halves], 1), whole[1])
    with pytest.raises(ValueError, match="can't be drawn"):
        Batches(images, 11, (3,), seed=1, world=2)


@pytest.mark.parametrize("taken", [0, 3])
def test_warming_up_for_a_recorded_graph_leaves_no_trace(short, digits, taken):
    stepper, batches = start(short, digits)
    untouched, _ = start(short, digits)
    for step in range(taken):
        for each in (stepper, untouched):
            each.take(step, *batches.draw(step))
    stepper.batch = list(batches.draw(9))
    stepper._warm_up()
    for each in (stepper, untouched):
        each.take(taken, *batches.draw(taken))
    assert same(evaluated_state(stepper), evaluated_state(untouched))
    assert same(stepper.model.state_dict(), untouched.model.state_dict())


def test_weight_decay_draws_the_layers_matrices_to_zero_and_nothing_else(digits):
    settings = settings_for("gmvae", "published", steps=1, weight_decay=0.5, subset=True, learning_rate=1e-2)
    plain, batches = start(settings.changed(weight_decay=0.0), digits)
    decayed, _ = start(settings, digits)
    before = evaluated_state(plain)
    for stepper in (plain, decayed):
        stepper.take(0, *batches.draw(0))
    for name, free in evaluated_state(plain).items():
        shrunk = -0.5 * 1e-2 * before[name] if name.endswith(".weight") else torch.zeros(())
        assert torch.allclose(evaluated_state(decayed)[name] - free, shrunk.expand_as(free), atol=1e-6)


def test_epsilon_is_the_layers_and_not_the_priors():
    settings = settings_for("gmvae", "published", weight_decay=0.1, epsilon=1e-3, beta2=0.9)
    stepper = Stepper(make_model(settings), settings)
    names = {id(p): name for name, p in stepper.model.named_parameters()}
    groups = stepper.optimiser.param_groups
    held = {names[id(p)]: (group["weight_decay"], group["eps"]) for group in groups for p in group["params"]}
    assert held["z_pre"] == (0.0, 1e-8) and held["dec.net.0.bias"] == (0.0, 1e-3)
    assert held["enc.net.2.weight"] == (0.1, 1e-3) and len(held) == len(names)
    assert all(group["betas"] == (0.9, 0.9) for group in groups)


def test_the_priors_first_step_is_as_much_longer_as_its_rate(digits):
    def moved(**changes):
        stepper, batches = start(settings_for("gmvae", "published", **changes), digits)
        before = {name: p.detach().clone() for name, p in stepper.model.named_parameters()}
        stepper.take(0, *batches.draw(0))
        return {name: (p.detach() - before[name]).abs().max().item() for name, p in stepper.model.named_parameters()}

    plain, faster = moved(), moved(prior_rate=30.0)
    assert faster["z_pre"] == pytest.approx(30 * plain["z_pre"], rel=1e-3)
    assert {name for name in plain if faster[name] != plain[name]} == {"z_pre"}


def test_schedules():
    cosine = settings_for("vae", "published", schedule="cosine", steps=100, warm_up=10, kl_warm_up=4)
    assert cosine.rate(0) == pytest.approx(1e-4) and cosine.rate(50) == pytest.approx(5e-4)
    assert cosine.rate(99) < 1e-6 and [cosine.kl_weight(s) for s in (0, 3, 50)] == [0.25, 1.0, 1.0]


def test_warming_the_kl_up_changes_the_objective_and_not_the_reported_terms(short, digits):
    plain, batches = start(short, digits)
    warmed, _ = start(type(short)(**(short.to_dict() | {"kl_warm_up": 10})), digits)
    a, b = plain.take(0, *batches.draw(0)), warmed.take(0, *batches.draw(0))
    assert torch.equal(a[1:], b[1:]) and b[0] == pytest.approx((b[2] + 0.1 * b[1]).item(), rel=1e-6)


def test_a_run_leaves_weights_and_metrics_that_can_be_loaded(short, tmp_path):
    metrics = run(short, tmp_path, "cpu", samples=(1, 5))
    assert {"nelbo", "kl", "rec", "iwae", "seconds", "steps_per_second", "data", "device"} <= metrics.keys()
    assert "embedded subset" in metrics["data"] and metrics["images"] == 1000
    model, settings = load_run(tmp_path)
    assert settings == short and model.z_dim == 10
    with pytest.raises(UserError, match="no finished run"):
        load_run(tmp_path / "nothing")


TWO = """
import sys, json, torch
torch.set_num_threads(1)
from pathlib import Path
from elboroom.training import Settings
from elboroom.training import loop
loop.LOOK_EVERY = 1
from elboroom.training.run import run
run(Settings(**json.loads(sys.argv[1])), Path(sys.argv[2]), "cpu", samples=(1,))
"""


def test_two_processes_follow_the_loss_curve_of_one(short, tmp_path, monkeypatch):
    settings = json.dumps(short.to_dict() | {"steps": 8})
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    shared = {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port), "OMP_NUM_THREADS": "1", "GLOO_SOCKET_IFNAME": "lo"}
    two = [sys.executable, "-c", TWO, settings, str(tmp_path / "two")]
    pair = [
        subprocess.Popen(two, env=os.environ | shared | {"RANK": str(r), "LOCAL_RANK": str(r), "WORLD_SIZE": "2"})
        for r in range(2)
    ]
    monkeypatch.setattr(loop, "LOOK_EVERY", 1)
    run(type(short)(**json.loads(settings)), tmp_path / "one", "cpu", samples=(1,))
    assert [process.wait(300) for process in pair] == [0, 0]
    curves = [
        [json.loads(line)["nelbo"] for line in (tmp_path / name / "metrics.jsonl").read_text().splitlines()]
        for name in ("one", "two")
    ]
    assert len(curves[0]) == 8
    # process 0 reports its own half of the batch; its weights follow those of the single process
    from safetensors.torch import load_file

    a, b = (load_file(tmp_path / name / "model.safetensors") for name in ("one", "two"))
    assert all(torch.allclose(a[k], b[k], atol=2e-4) for k in a)


def test_the_seconds_of_a_run_include_those_before_an_interruption(short, digits, tmp_path):
    stepper, batches = start(short, digits)
    first = train(stepper, batches, tmp_path)
    again, batches = start(short, digits)
    assert train(again, batches, tmp_path) > 0.5 * first
