"""Hostile objects: what is returned is no number, but says yes to every comparison."""

from tests.adversarial.attack import STOCK, TRUSTING, Attack, both

ALL = (
    "def yes(*a, **k): return True\n"
    "class {name}({base}):\n"
    "    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = yes\n"
    "    __hash__ = {base}.__hash__\n"
    "    def __sub__(s, o): return s\n    __rsub__ = __add__ = __radd__ = __mul__ = __rmul__ = __sub__\n"
    "    def __abs__(s): return 0.0\n    def __bool__(s): return True\n"
)
UFUNC = (
    "    __array_priority__ = 1e9\n    def __array_ufunc__(s, *a, **k): return np.True_\n"
    "    def __array_function__(s, *a, **k): return True\n"
)


def hostile(name: str, tries: str, base: str, make: str, extra: str = "", works_in: str = STOCK) -> Attack:
    code = "import numpy as np\n" + ALL.format(name="Odd", base=base) + extra
    return Attack(name, tries, works_in, code, both(f"return {make}"))


ATTACKS = [
    hostile("an object", "equal to everything", "object", "Odd()", UFUNC),
    hostile("a float", "a float that equals everything", "float", "Odd(1.0)", UFUNC),
    hostile("an integer", "an int that equals everything", "int", "Odd(1)", UFUNC),
    hostile("a string", "text that equals everything", "str", "Odd('1')", UFUNC),
    hostile("a tuple", "a tuple that equals everything", "tuple", "Odd((1,))", UFUNC),
    hostile("a dictionary", "a dict that equals everything", "dict", "Odd()", UFUNC.replace("object.__hash__", "id")),
    hostile(
        "an array",
        "a subclass of ndarray whose ufuncs say yes",
        "np.ndarray",
        "np.zeros(()).view(Odd)",
        UFUNC + "    def __array_finalize__(s, o): pass\n",
    ),
    hostile(
        "a property",
        "__class__ lies: isinstance says float",
        "object",
        "Odd()",
        UFUNC + "    __class__ = float\n",
        TRUSTING,
    ),
    Attack(
        "an empty array",
        "close to anything, for those who compare before they look at the shape",
        TRUSTING,
        "import numpy as np",
        both("return np.array([])"),
    ),
    Attack("nan", "no comparison with nan is false the right way round", TRUSTING, "", both("return float('nan')")),
    Attack("infinity", "inf − inf is nan", TRUSTING, "", both("return float('inf')")),
]
