"""A trial's child computes, although it was forked from a process whose torch had threads."""

import os
import subprocess
import sys

SCRIPT = """
import torch
from autograder.checks import Checks, part
from autograder import expect
from autograder.mutants.mutate import Mutant
from autograder.mutants.trial import trial

check = Checks("torch")

@check
def total(student):
    with part("adds"):
        expect.close(student.total(3000), 3000 * 784 * 0.6931471805599453, rtol=1e-3)

SOURCE = '''def total(n):
    logits = torch.zeros(n, 784)
    return torch.nn.functional.binary_cross_entropy_with_logits(logits, torch.ones_like(logits), reduction="sum")
'''
torch.set_num_threads(4)
namespace = {"torch": torch}
exec(SOURCE, namespace)
namespace["total"](3000)  # starts the threads, which the child will not have
print(trial(Mutant("total", "none", 1, SOURCE, SOURCE), check, namespace, None))
"""


def test_a_mutant_is_not_caught_because_its_child_waits_for_threads():
    environment = {k: v for k, v in os.environ.items() if not k.endswith("_NUM_THREADS")}
    done = subprocess.run([sys.executable, "-c", SCRIPT], env=environment, capture_output=True, text=True, timeout=200)
    assert (done.stdout.strip(), done.stderr) == ("survived", "")
