"""What a warm, isolated kernel costs: until it is ready, has answered, is gone; and the memory that is its own.

python benchmarks/kernels.py
"""

import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from functools import partial
from pathlib import Path

from autograder.limits import Limits
from autograder.sandbox.kernel import Kernel
from autograder.sandbox.library import copy_engine
from autograder.sandbox.zygote import Zygote

KERNELS, ROUND_TRIPS = 20, 300
CELLS = (
    "import numpy as np\nimport matplotlib.pyplot as plt",
    "def elbo(x, theta, phi):\n    return np.log(theta * phi) - theta / phi - phi * x",
    "x = np.linspace(0, 5, 200)\nelbo(x, 1.0, 2.0).mean()",
    "plt.plot(x, elbo(x, 1.0, 2.0))\nplt.title('a bound');",
)


def milliseconds(do: Callable[[], object]) -> float:
    start = time.perf_counter()
    do()
    return (time.perf_counter() - start) * 1e3


def main() -> None:
    possible, reason = Zygote.available()
    if not possible:
        print(f"not measured: {reason}")
        return
    with tempfile.TemporaryDirectory() as folder:
        copy_engine(Path(folder))
        with Zygote(Path(folder), Limits()) as zygote:
            print(f"{'zygote warm':28}{milliseconds(zygote.wait_until_warm):10.0f} ms")
            time.sleep(1)  # it gathers its memory when nobody asks
            report(zygote)


def report(zygote: Zygote) -> None:
    times: dict[str, list[float]] = defaultdict(list)
    memory: dict[str, list[float]] = defaultdict(list)
    for number in range(2 * KERNELS):
        working = bool(number % 2)
        kernel = zygote.launch()
        times["kernel ready"].append(milliseconds(kernel.wait_until_ready))
        if working:
            times["four cells, one figure"].append(milliseconds(partial(run_all, kernel)))
        start = time.perf_counter()
        used = kernel.close(wait=True)
        times["kernel gone"].append((time.perf_counter() - start) * 1e3)
        memory["after the cells" if working else "of an idle kernel"].append(used["peak_mb"] or float("nan"))
        if working:
            times["processor time of it all"].append(used["cpu"] * 1e3)
    kernel = zygote.launch()
    kernel.wait_until_ready()
    trips = milliseconds(lambda: [kernel.request({"op": "ping"}, 5) for _ in range(ROUND_TRIPS)])
    for name, values in times.items():
        print(f"{name:28}{statistics.median(values):10.1f} ms   (at best {min(values):.1f})")
    print(f"{'round trip':28}{trips / ROUND_TRIPS:10.3f} ms")
    for name, values in memory.items():
        print(f"{'memory ' + name:28}{statistics.median(values):10.1f} MB")


def run_all(kernel: Kernel) -> None:
    for code in CELLS:
        kernel.run(code, 20)


if __name__ == "__main__":
    main()
