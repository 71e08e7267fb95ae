"""A cell's outputs: what is kept, how it is counted, and what the judge rebuilds from a kernel that lies."""

import base64

from autograder.kernel.outputs import Outputs
from autograder.sandbox.kernel import Kernel
from autograder.sandbox.outputs import PNG, rebuilt
from tests.sandbox.asking import run, said, text


def test_words_of_python_and_of_c_come_in_the_order_in_which_they_were_said(plain: Kernel) -> None:
    code = "import os, sys\nprint('one')\nos.system('echo two');\nprint('three')\nos.write(1, b'four');"
    assert said(plain, code) == "one\ntwo\nthree\nfour"


def test_a_display_comes_after_what_c_said_before_it(plain: Kernel) -> None:
    assert said(plain, "import os\nos.write(1, b'first\\n')\ndisplay('second')") == "first\n\n'second'"


def test_what_c_keeps_in_its_own_buffer_comes_at_the_end_of_the_cell(plain: Kernel) -> None:
    assert said(plain, "import ctypes\nctypes.CDLL(None).printf(b'buffered');") == "buffered"
    assert said(plain, "print('next')") == "next\n"


def test_a_forked_child_s_words_are_there_too(plain: Kernel) -> None:
    code = "import os\nif os.fork() == 0:\n    print('child')\n    os._exit(0)\nos.wait();"
    assert said(plain, code) == "child\n"


def test_output_is_cut_by_bytes_on_whole_characters_and_says_so(plain: Kernel) -> None:
    stream, mark = run(plain, "print('é' * 50_000)")["outputs"]
    assert stream["text"].decode() == "é" * 10_000
    assert b"cut here" in mark["text"] and mark["name"] == "stderr"
    assert said(plain, "print('next cell')") == "next cell\n"


def test_a_flood_from_c_is_cut_too(plain: Kernel) -> None:
    reply = run(plain, "import os\nfor _ in range(100): os.write(1, b'x' * 10_000)")
    assert len(text(reply)) < 20_200 and "cut here" in text(reply)


def test_a_picture_too_large_for_its_cell_leaves_its_text(plain: Kernel) -> None:
    noise = "from PIL import Image\nimport numpy as np\nImage.fromarray(np.random.randint(0, 255, (200, 200), 'u1'))"
    shown, mark = run(plain, noise)["outputs"]
    assert list(shown["data"]) == ["text/plain"] and b"cut here" in mark["text"]


def test_a_failure_is_told_even_when_no_room_is_left(plain: Kernel) -> None:
    *_, error, _ = run(plain, "print('x' * 100_000)\n1/0")["outputs"]
    assert (error["ename"], error["evalue"]) == (b"ZeroDivisionError", b"division by zero")


def test_all_cells_together_have_a_limit() -> None:
    outputs = Outputs(cell_bytes=10, total_bytes=15)
    shown = []
    for _ in range(3):
        outputs.begin()
        outputs.text("stdout", b"0123456789")
        shown.append(outputs.end()[0]["text"])
    assert shown[:2] == [b"0123456789", b"01234"] and b"cut here" in shown[2]


def test_a_display_is_updated_and_cleared_as_in_a_notebook(plain: Kernel) -> None:
    shown = said(plain, "h = display('a', display_id='x'); display('b'); h.update('c')")
    assert shown == "'c'\n'b'"
    clearing = "from IPython.display import clear_output\nprint('a')\nclear_output(wait=True)\nprint('b')"
    assert said(plain, clearing) == "b\n"


def test_only_text_and_png_are_kept(plain: Kernel) -> None:
    rich = "class Rich:\n    def _repr_html_(self): return '<script>'\n    def _repr_svg_(self): return '<svg>'\nRich()"
    (output,) = run(plain, rich)["outputs"]
    assert list(output["data"]) == ["text/plain"]


def test_a_figure_becomes_a_png(plain: Kernel) -> None:
    (output,) = plain.run("import matplotlib.pyplot as plt\nplt.figure(figsize=(1, 1)).add_subplot();", 20).outputs
    assert base64.b64decode(output["data"]["image/png"]).startswith(PNG)


def test_what_a_lying_kernel_shows_is_rebuilt_or_left_out() -> None:
    lies = [
        {"output_type": "display_data", "data": {"text/html": b"<script>", "image/svg+xml": b"<svg>"}},
        {"output_type": "display_data", "data": {"image/png": b'x" onerror="alert(1)'}},
        {"output_type": "stream", "name": ["stdout"], "text": 7},
        {"output_type": "update_display_data", "data": {"text/plain": b"x"}},
        {"output_type": "error", "ename": b"E", "evalue": None, "traceback": [b"line", {}]},
        {"output_type": "execute_result", "data": {"text/plain": b"\xff"}, "execution_count": "1", "x": 1},
        ["output_type"],
        None,
    ]
    outputs, _ = rebuilt(lies, 10_000)
    assert outputs == [
        {"output_type": "error", "ename": "E", "evalue": "", "traceback": ["line", ""]},
        {"output_type": "execute_result", "data": {"text/plain": "\ufffd"}, "metadata": {}, "execution_count": None},
    ]
    assert rebuilt("no list", 10) == ([], 0)


def test_the_judge_counts_for_itself_what_a_kernel_may_show() -> None:
    flood = [{"output_type": "stream", "name": "stdout", "text": b"x" * 600}] * 3
    outputs, used = rebuilt(flood, 1000)
    assert (len(outputs), used) == (1, 600)
