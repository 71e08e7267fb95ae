"""The tables of docs/results.md, each from the metrics of its finished runs by name; what isn't run yet says so."""

from collections.abc import Callable

from elboroom.results.cells import (
    NOT_RUN,
    Metrics,
    image_error,
    mean,
    seed_deviation,
    table,
    values,
    verdict,
)
from elboroom.results.declared import BETAS, LADDERS, MANY_SEEDS, PROTOCOLS, SEEDS, TRIED
from elboroom.results.driver import seconds_of
from elboroom.results.published import ACCURACY, BOUNDS, WANTED_ACCURACY, WANTED_NELBO

Done = dict[str, Metrics]
TERMS = {"nelbo": "NELBO", "kl": "KL", "rec": "Rec"}
BOUND_COLUMNS = TERMS | {m: f"−IWAE-{m}" for m in ("1", "10", "100", "1000", "5000")}


def runs_of(done: Done, name: str) -> list[Metrics]:
    """The finished runs of a name, whatever their seed."""
    return [metrics for key, metrics in sorted(done.items()) if key.rpartition("-")[0] == name]


def bounds(model: str) -> Callable[[Done], list[str]]:
    """NELBO, its terms, and -IWAE-m: others' figures, the published protocol, ours."""

    def lines(done: Done) -> list[str]:
        groups = {protocol: runs_of(done, f"{model}-{protocol}") for protocol in PROTOCOLS}
        groups = {p: runs for p, runs in groups.items() if runs or model in WANTED_NELBO or p == "tuned"}
        theirs = BOUNDS[model]
        ours = [metrics for runs in groups.values() for metrics in runs]
        columns = [c for c in BOUND_COLUMNS if values(ours, c) or any(c in figure.cells for figure in theirs)]
        rows = [[f.label, *(f.cells.get(c, "") for c in columns), "", "", ""] for f in theirs]
        for protocol, runs in groups.items():
            cells = [mean(runs, c) for c in columns] if runs else [NOT_RUN, *[""] * (len(columns) - 1)]
            errors = [image_error(runs, "nelbo"), seed_deviation(runs, "nelbo"), str(len(runs))]
            rows.append([f"ours, {protocol} protocol", *cells, *errors])
        head = [model.upper(), *(BOUND_COLUMNS[c] for c in columns), "SE of NELBO", "sd over seeds", "runs"]
        return table(head, rows)

    return lines


def wanted(done: Done) -> list[str]:
    """What was wanted, and whether it is held by the runs that are done."""
    rows = []
    for model, most in WANTED_NELBO.items():
        runs = runs_of(done, f"{model}-tuned")
        cells = [mean(runs, "nelbo"), f"{len(runs)} of {len(SEEDS)}", verdict(runs, "nelbo", most)]
        rows.append([f"{model.upper()}, NELBO", f"≤ {most}", *cells])
    runs = runs_of(done, "ssvae-tuned")
    held = verdict(runs, "accuracy", WANTED_ACCURACY / 100, at_most=False)
    cells = [mean(runs, "accuracy", scale=100), f"{len(runs)} of {len(MANY_SEEDS)}", held]
    rows.append(["SSVAE, accuracy", f"≥ {WANTED_ACCURACY:g} %", *cells])
    return table(["On the test set, mean over seeds", "Wanted", "Measured", "Runs", ""], rows)


def ladder(done: Done) -> list[str]:
    """What each change adds, on held-out training images."""
    rows = []
    for rung, label in enumerate(LADDERS["gmvae"]):
        cells = []
        for model in WANTED_NELBO:
            if label not in LADDERS[model]:
                cells += ["", ""]
                continue
            metrics = done.get(f"{model}-rung-{rung}")
            cells += [f"{metrics['nelbo']:.2f}", f"{metrics['iwae']['10']:.2f}"] if metrics else [NOT_RUN, ""]
        rows.append([label if rung == 0 else f"and {label}", *cells])
    return table(["10,000 held-out images", "VAE NELBO", "−IWAE-10", "GMVAE NELBO", "−IWAE-10"], rows)


def tried(done: Done) -> list[str]:
    """What was tried beside the ladder, for the choice."""
    rows = []
    for model, settings in TRIED.items():
        for number, (label, _) in enumerate(settings):
            metrics = done.get(f"{model}-tried-{number}")
            cells = [f"{metrics['nelbo']:.2f}", f"{metrics['iwae']['10']:.2f}"] if metrics else [NOT_RUN, ""]
            rows.append([f"{model.upper()}: {label}", *cells])
    return table(["10,000 held-out images", "NELBO", "−IWAE-10"], rows)


def rate_distortion(done: Done) -> list[str]:
    """KL (rate) against reconstruction (distortion) for each beta."""
    rows = []
    for beta in BETAS:
        metrics = done.get("vae-tuned-0" if beta == 1 else f"vae-beta-{beta:g}")
        cells = (
            [f"{metrics['kl'] + metrics['rec']:.2f}", f"{metrics['kl']:.2f}", f"{metrics['rec']:.2f}"]
            if metrics
            else []
        )
        rows.append([f"{beta:g}", *(cells or [NOT_RUN, "", ""]), str(metrics["active_units"]) if metrics else ""])
    return table(["β", "NELBO (β = 1)", "KL: rate", "Rec: distortion", "active units of 10"], rows)


def accuracy(done: Done) -> list[str]:
    """The semi-supervised VAE with a hundred labels."""
    names = {"gw-0": "the classifier alone (gw = 0)", "gw-1": "published protocol (gw = 1)", "tuned": "tuned"}
    rows = []
    for key, label in names.items():
        rows += [[figure.label, label, figure.cells["accuracy"], "", "", ""] for figure in ACCURACY[key]]
        runs = runs_of(done, f"ssvae-{key}")
        cells = (
            [f(runs, "accuracy", scale=100) for f in (mean, image_error, seed_deviation)] if runs else [NOT_RUN, "", ""]
        )
        rows.append(["ours", label, *cells, str(len(runs))])
    return table(["SSVAE, 100 labels", "", "accuracy, %", "SE over images", "sd over seeds", "runs"], rows)


def accuracy_ladder(done: Done) -> list[str]:
    """What each change adds to the semi-supervised VAE, on held-out training images."""
    rows = []
    for rung, label in enumerate(LADDERS["ssvae"]):
        metrics = done.get(f"ssvae-rung-{rung}")
        shares = [f"{100 * metrics[c]:.1f}" for c in ("agreement", "accuracy")] if metrics else [NOT_RUN, ""]
        rows.append([f"and {label}" if rung else label, f"{metrics['nelbo']:.2f}" if metrics else "", *shares])
    return table(["10,000 held-out images", "−U, nats", "agreement, %", "accuracy, %"], rows)


CONDITIONAL = {
    "digit_from_z": "digit found in z",
    "digit_from_z_squares": "in z and its products",
    "digit_of_reconstruction": "read in the reconstruction",
    "digit_of_swap": "read after a swap: the new one",
    "old_digit_of_swap": "the old one",
}
CONDITIONAL_RUNS = {
    "fsvae-told": "told the label, σ² = 0.1",
    "fsvae-learnt": "told the label, σ² learnt",
    "fsvae-untold": "not told, σ² = 0.1",
}


def conditional(done: Done) -> list[str]:
    """The conditional VAE: what is left of the digit in z, and what is read in its pictures."""
    rows = []
    for name, label in CONDITIONAL_RUNS.items():
        runs = runs_of(done, name)
        cells = [*(mean(runs, c, 1) for c in ("nelbo", "kl")), *(_share(runs, c) for c in CONDITIONAL)]
        rows.append([label, *(cells if runs else [NOT_RUN, *[""] * (len(cells) - 1)])])
    return table(["FSVAE, coloured MNIST; shares in %", "NELBO", "KL", *CONDITIONAL.values()], rows)


def _share(runs: list[Metrics], column: str) -> str:
    """A share of the images in per cent, with its standard error."""
    error = image_error(runs, column, 1, 100)
    return mean(runs, column, 1, 100) + (f" ± {error}" if error else "")


def devices(done: Done) -> list[str]:
    """Where the runs were done and what they took."""
    groups: dict[tuple[str, str], list[Metrics]] = {}
    for metrics in done.values():
        groups.setdefault((metrics["settings"]["model"].upper(), metrics["device"]), []).append(metrics)
    rows = []
    for (model, device), runs in sorted(groups.items()):
        hours = sum(map(seconds_of, runs)) / 3600
        rows.append([model, device, str(len(runs)), mean(runs, "steps_per_second", 0), f"{hours:.1f}"])
    rows.append(["any", "a CUDA device", "0", "not measured yet", ""])
    return table(["Model", "Device", "Runs", "Steps/s", "Hours"], rows)


TABLES: dict[str, Callable[[Done], list[str]]] = {
    "wanted": wanted,
    "vae": bounds("vae"),
    "gmvae": bounds("gmvae"),
    "iwae": bounds("iwae"),
    "ladder": ladder,
    "tried": tried,
    "beta": rate_distortion,
    "ssvae": accuracy,
    "ssvae_ladder": accuracy_ladder,
    "fsvae": conditional,
    "devices": devices,
}
