"""A running JupyterLab for tests: started as a learner starts it, without a browser, and stopped."""

import json
import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ADDRESS = re.compile(r"(http://127\.0\.0\.1:\d+)/lab\b")
QUIET = ("--no-browser", "--port=0", "--ServerApp.ip=127.0.0.1", "--IdentityProvider.token=test")


@contextmanager
def lab_of(root: Path, *options: str, program: str = "elboroom") -> Iterator[str]:
    """`elboroom lab`, or the `lab` of another program, inside a course; the value is the server's address."""
    command = [Path(sys.executable).parent / program, "lab", *QUIET, *options]
    log = root / "lab.log"
    fresh = os.environ | {"JUPYTERLAB_WORKSPACES_DIR": str(root / "workspaces")}  # no tabs of an earlier session
    with (
        log.open("w") as output,
        subprocess.Popen(command, cwd=root, stdout=output, stderr=output, env=fresh) as server,
    ):
        try:
            yield _address(log, server)
        finally:
            _stop(server)


def _stop(server: subprocess.Popen[bytes]) -> None:
    """Asks first: a server whose kernel is just starting may not come to an end by itself."""
    server.terminate()
    try:
        server.wait(timeout=20)
    except subprocess.TimeoutExpired:
        server.kill()


def _address(log: Path, server: subprocess.Popen[bytes]) -> str:
    """Says where the server is once it answers there: it names its address before it listens."""
    for _ in range(600):
        if (found := ADDRESS.search(log.read_text())) and _answers(found[1]):
            return found[1]
        assert server.poll() is None, log.read_text()
        time.sleep(0.1)
    raise AssertionError(f"JupyterLab does not answer:\n{log.read_text()}")


def _answers(address: str) -> bool:
    try:
        return "started" in api(address, "api/status")
    except urllib.error.URLError:
        return False


def api(address: str, path: str, body: dict[str, Any] | None = None) -> Any:
    """One call of a REST interface of the server: GET, or POST when there is a body."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{address}/{path}", data, {"Authorization": "token test"})
    with urllib.request.urlopen(request) as reply:
        return json.load(reply)
