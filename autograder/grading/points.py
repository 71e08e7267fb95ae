"""Points that nothing can turn into more: finite, between nothing and the maximum; whatever is no number is nothing."""

import math
from typing import Any

Output = dict[str, Any]


def established(points: Any, max_points: float) -> float:
    """`points` as a float in [0, max_points]; 0.0 when it isn't a finite number."""
    if isinstance(points, float) and not math.isfinite(points):
        return 0.0
    if isinstance(points, bool) or not isinstance(points, int | float):
        return 0.0
    return float(min(max_points, max(0, points)))


def plain_test_points(ran: bool, outputs: list[Output], max_points: float) -> float:
    """What a plain nbgrader test cell earns from its outputs: nothing after an error, the number that it ends in, else
    all. As nbgrader's determine_grade, except that warnings on stderr cost nothing and that a number that isn't finite
    or lies outside [0, max_points] doesn't become full marks."""
    if not ran or any(output["output_type"] == "error" for output in outputs):
        return 0.0
    result = next((o for o in outputs if o["output_type"] == "execute_result"), None)
    text = result["data"].get("text/plain") if result else None
    if not text:
        return max_points
    try:
        number = float(text)
    except ValueError:
        return max_points
    return established(number, max_points)
