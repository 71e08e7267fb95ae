"""What was measured, as tables in Markdown."""

from dataclasses import dataclass, field
from datetime import date

from benchmarks.trainers.race import Reached

FASTER, SOONER, GPU_SECONDS = 1.5, 3.0, 4.0
STEPS = 20_000


@dataclass
class Measured:
    """`cpu`: threads -> loop -> ms a step. `reached`: (loop, protocol) -> Reached. `gpu`: how -> ms a step, None where
    there is none. `others`: share of the processors that other programs took."""

    device: str
    wanted: float
    cpu: dict[int, dict[str, float]] = field(default_factory=dict)
    reached: dict[tuple[str, str], Reached] = field(default_factory=dict)
    gpu: dict[str, float] | None = None
    others: float = 0.0


def report(measured: Measured) -> str:
    """All of it."""
    others = f"Other programs took {100 * measured.others:.0f} % of the processors."
    lines = [
        f"{measured.device}, {date.today():%d %B %Y}. {others}",
        "",
        *_steps(measured),
        "",
        *_reached(measured),
        "",
        *_gpu(measured),
        "",
        *_budgets(measured),
    ]
    return "\n".join(lines)


def _steps(measured: Measured) -> list[str]:
    threads = list(measured.cpu)
    head = " | ".join(f"{n} thread{'s' * (n > 1)}: ms | steps/s | × plain" for n in threads)
    lines = [f"| A step of the VAE, batch of 100 | {head} |", f"|---{'|---:' * 3 * len(threads)}|"]
    for name in measured.cpu[threads[0]]:
        cells = []
        for n in threads:
            ms = measured.cpu[n][name]
            cells += [f"{ms:.2f}", f"{1e3 / ms:.0f}", f"{measured.cpu[n]['plain loop'] / ms:.2f}"]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return lines


def _reached(measured: Measured) -> list[str]:
    lines = [f"| To −ELBO {measured.wanted:g} | steps | seconds | × plain, published |", "|---|---:|---:|---:|"]
    first = next(iter(measured.reached.values()), None)
    for (loop, protocol), result in measured.reached.items():
        ratio = f"{first.seconds / result.seconds:.1f}" if result.reached and first else ""
        more = "" if result.reached else f" (not reached: {result.nelbo:.1f})"
        lines.append(f"| {loop}, {protocol} | {result.steps:,}{more} | {result.seconds:.0f} | {ratio} |")
    return lines


def _gpu(measured: Measured) -> list[str]:
    lines = ["| A step on a GPU | ms | seconds for 20,000 |", "|---|---:|---:|"]
    for how in ("plain loop", "eager", "compiled", "recorded graph"):
        ms = (measured.gpu or {}).get(how)
        lines.append(f"| {how} | {f'{ms:.3f} | {ms * STEPS / 1e3:.1f}' if ms else 'not measured yet | '} |")
    return lines


def _budgets(measured: Measured) -> list[str]:
    most = max(measured.cpu)
    faster = measured.cpu[most]["plain loop"] / measured.cpu[most]["ours"]
    slow, fast = measured.reached["plain loop", "published"], measured.reached["ours", "tuned"]
    sooner = slow.seconds / fast.seconds if fast.reached else 0.0
    recorded = measured.gpu["recorded graph"] * STEPS / 1e3 if measured.gpu else None
    rows = [
        (f"steps/s, {most} threads, against the plain loop", f"≥ {FASTER}×", f"{faster:.2f}×", faster >= FASTER),
        ("ours, tuned, to that bound, against plain, published", f"≥ {SOONER:g}×", f"{sooner:.1f}×", sooner >= SOONER),
    ]
    lines = ["| Budget | Wanted | Measured | |", "|---|---|---|---|"]
    lines += [f"| {what} | {want} | {got} | {'held' if ok else '**missed**'} |" for what, want, got, ok in rows]
    if recorded is None:
        return [*lines, f"| 20,000 steps on a data-centre GPU | ≤ {GPU_SECONDS:g} s | not measured yet | |"]
    held = "held" if recorded <= GPU_SECONDS else "**missed**"
    return [*lines, f"| 20,000 steps on a data-centre GPU | ≤ {GPU_SECONDS:g} s | {recorded:.1f} s | {held} |"]
