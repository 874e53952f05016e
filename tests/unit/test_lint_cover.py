"""The search for a lead outside some boxes, against trying every point."""

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from routing.space.boxes import Box
from routing.space.cover import GaveUp, point_outside
from routing.space.reality import Reality
from routing.space.space import Space
from tests.builders import is_one_of, owner, policy, rule

FIELDS = ("industry", "product", "campaign", "form")
RULES = [
    rule(f"{field} {word}", "owner:ana", when=is_one_of(field, word))
    for field in FIELDS
    for word in ("a", "b")
]
SPACE = Space(policy([owner("ana")], rules=RULES), Reality())
SIZE = 4  # blank, a, b, anything else
assert {len(dimension.values) for dimension in SPACE.dimensions} == {SIZE}
POINTS = list(product(range(SIZE), repeat=len(FIELDS)))

masks = st.integers(min_value=1, max_value=2**SIZE - 1)
boxes = st.dictionaries(st.integers(0, len(FIELDS) - 1), masks).map(lambda m: Box(masks=m))


def is_in(point, box: Box) -> bool:
    return all(mask >> point[number] & 1 for number, mask in box.masks.items())


@settings(max_examples=400)
@given(boxes, st.lists(boxes, max_size=14))
def test_a_point_is_found_when_there_is_one(start: Box, taken: list[Box]):
    outside = [
        point
        for point in POINTS
        if is_in(point, start) and not any(is_in(point, box) for box in taken)
    ]
    found = point_outside(SPACE, start, taken)

    assert found in outside if outside else found is None


@settings(max_examples=60)
@given(st.sets(st.sampled_from(POINTS), min_size=1, max_size=4))
def test_few_points_far_apart_are_found(free):
    """A guess, one dimension at a time, mixes them up."""
    others = [point for point in POINTS if point not in free]
    taken = [Box(masks={n: 1 << value for n, value in enumerate(point)}) for point in others]

    assert point_outside(SPACE, Box(), taken) in free


def test_a_search_that_takes_too_long_says_so():
    taken = [Box(masks={0: 1, 1: 14}), Box(masks={0: 14, 1: 1}), Box(masks={2: 3, 1: 5})]
    try:
        point_outside(SPACE, Box(), [*taken, Box(masks={3: 15, 2: 12})], budget=0)
    except GaveUp:
        return
    raise AssertionError("it did not give up")
