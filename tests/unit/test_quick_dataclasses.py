"""What is made quickly is a frozen dataclass like any other."""

import pickle
from dataclasses import FrozenInstanceError, dataclass, field, fields, replace

import pytest

from leads.decision import Decision, Standing
from leads.lead import Lead
from leads.people import KnownRecord
from leads.quick import quick
from routing.attempt import Attempt
from routing.eligibility import Ask


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A pair."""

    left: int
    right: str = "r"
    kept: list[int] = field(default_factory=list, compare=False)


def test_its_fields_are_those_given_else_the_defaults():
    made = Pair(left=1)
    assert (made.left, made.right, made.kept) == (1, "r", [])
    assert repr(made) == "Pair(left=1, right='r', kept=[])"
    assert type(made) is Pair
    assert Pair(left=1, right="x", kept=[2]).kept == [2]


def test_each_has_a_default_of_its_own():
    one, other = Pair(left=1), Pair(left=1)
    one.kept.append(7)
    assert other.kept == []
    assert one == other
    assert hash(one) == hash(other)


@pytest.mark.parametrize("name", ["left", "right"])
def test_nobody_changes_it(name: str):
    with pytest.raises(FrozenInstanceError):
        setattr(Pair(left=1), name, 2)


@pytest.mark.parametrize("given", [{}, {"left": 1, "middle": 2}])
def test_a_field_too_few_or_too_many_is_refused(given: dict[str, int]):
    with pytest.raises(TypeError):
        Pair(**given)  # type: ignore[arg-type]


def test_it_is_replaced_and_sent_like_any_other():
    made = replace(Pair(left=1), right="x")
    assert made == Pair(left=1, right="x")
    assert pickle.loads(pickle.dumps(made)) == made


def test_a_class_that_finishes_its_objects_itself_is_refused():
    @dataclass(frozen=True, slots=True, kw_only=True)
    class Finished:
        left: int

        def __post_init__(self) -> None:
            """Whatever it would do."""

    with pytest.raises(TypeError, match="Finished has a __post_init__"):
        quick(Finished)


@pytest.mark.parametrize("made", [Ask, Attempt, Decision, KnownRecord, Lead, Standing])
def test_those_that_are_made_so_take_their_fields_by_name_alone(made: type):
    assert all(each.init and each.kw_only for each in fields(made))
