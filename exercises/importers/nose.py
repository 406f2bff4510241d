"""What old notebooks' tests take from nose, which is no more: the same under the same names."""

from __future__ import annotations

TRUE = """\
def {name}(value, message="not true"):
    if not value:
        raise AssertionError(message)
"""
FALSE = """\
def {name}(value, message="not false"):
    if value:
        raise AssertionError(message)
"""
EQUAL = """\
def {name}(left, right, message="not equal"):
    if not left == right:
        raise AssertionError(message)
"""
DIFFERENT = """\
def {name}(left, right, message="equal"):
    if left == right:
        raise AssertionError(message)
"""
CLOSE = """\
def {name}(left, right, places=7, message="not nearly equal", delta=None):
    near = abs(left - right) <= delta if delta is not None else round(left - right, places) == 0
    if not near:
        raise AssertionError(message)
"""
MEMBER = """\
def {name}(member, container, message="not a member"):
    if member not in container:
        raise AssertionError(message)
"""
INSTANCE = """\
def {name}(value, kind, message="of another type"):
    if not isinstance(value, kind):
        raise AssertionError(message)
"""
RAISED = "{name} = pytest.raises\n"
DEFINITIONS = {
    "assert_true": TRUE, "ok_": TRUE, "assert_false": FALSE,
    "assert_equal": EQUAL, "assert_equals": EQUAL, "eq_": EQUAL, "assert_list_equal": EQUAL,
    "assert_dict_equal": EQUAL, "assert_tuple_equal": EQUAL, "assert_set_equal": EQUAL,
    "assert_not_equal": DIFFERENT, "assert_almost_equal": CLOSE, "assert_almost_equals": CLOSE,
    "assert_in": MEMBER, "assert_is_instance": INSTANCE, "assert_raises": RAISED,
}  # fmt: skip
"""The text that defines each name."""
