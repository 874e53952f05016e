"""What a form's mark says is missing, and when everything is read again for it."""

from connectors.meta_ads.cursor import Mark, Seen

MINUTE, HOUR = 60, 3600
REREAD = 15 * MINUTE


def seen(count: int, leads: int, now: int, tail: int | None = None) -> Seen:
    return Seen(count=count, leads=leads, at=now, tail=leads if tail is None else tail, now=now)


def first(count: int = 10, leads: int = 10) -> Mark:
    return Mark(at=1).after_whole(seen(count, leads, 0))


def test_leads_of_before_the_installation_are_not_missing():
    assert first(count=500, leads=10).missing == 0


def test_new_leads_that_are_read_are_not_missing():
    mark = first().after(seen(13, 13, MINUTE, tail=3))
    assert (mark.missing, mark.known, mark.tail) == (0, 13, 3)
    assert mark.after(seen(14, 4, 2 * MINUTE)).missing == 0


def test_one_that_is_counted_and_not_read_is_missing_until_it_is():
    mark = first().after(seen(11, 10, MINUTE))
    assert (mark.missing, mark.missing_since) == (1, MINUTE)
    assert mark.after(seen(11, 11, 2 * MINUTE)).missing == 0
    assert mark.after_whole(seen(11, 11, 20 * MINUTE)).missing == 0
    assert mark.after_whole(seen(11, 10, 20 * MINUTE)).missing == 1


def test_a_count_that_falls_leaves_nothing_missing():
    assert first().after(seen(7, 10, MINUTE)).missing == 0


def test_what_can_never_be_read_is_looked_for_ever_more_seldom():
    mark, wholes = first().after(seen(11, 10, 0)), []
    for now in range(MINUTE, 48 * HOUR, MINUTE):
        if mark.is_whole_due(now, REREAD):
            wholes.append(now // MINUTE)
            mark = mark.after_whole(seen(11, 10, now))
    assert wholes == [15, 30, 60, 120, 240, 480, 960, 1920]


def test_a_mark_of_an_earlier_version_is_read():
    mark = Mark(at=5, count=10, is_settled=True, read_at=5)
    assert mark.after(seen(10, 4, MINUTE)).missing == 0


def test_a_reading_that_ends_early_is_not_counted():
    mark = first().reached(50)
    assert (mark.at, mark.count, mark.is_settled) == (50, -1, False)
    assert mark.reached(20).at == 50
    assert mark.after(seen(12, 11, MINUTE)).missing == 0
