"""Events find the versions in force when they happened, whatever arrives when (a property)."""

from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.star.star import UNKNOWN, Event, Star, Version, in_force

pytestmark = pytest.mark.slow

HOURS = st.integers(0, 12)
USERS, STRANGERS = ["u1", "u2", "u3", "u4"], ["nobody"]
ACTIVITIES, UNHEARD_OF = ["a1", "a2", "a3"], ["nothing", None]
COUNTRIES = ["NO", "DE", "XX"]  # one of them is no country


@st.composite
def histories(draw, members: list[str], is_user: bool) -> dict[str, list[Version]]:
    """For each member its versions in the order in which they are read; clocks may go back."""
    made = {}
    names = count()
    for member in members:
        hours = sorted(draw(st.lists(HOURS, min_size=member != members[-1], max_size=5)))
        if len(hours) > 2 and draw(st.booleans()):
            hours[1], hours[2] = hours[2], hours[1]
        created = draw(st.none() | st.integers(-4, hours[0] - 1)) if hours else None
        made[member] = [
            Version(
                member,
                hour,
                None if number and draw(st.integers(0, 3)) == 0 else f"says {next(names)}",
                created if is_user else None,
                draw(st.sampled_from(COUNTRIES)) if is_user else None,
            )
            for number, hour in enumerate(hours)
        ]
    return made


@st.composite
def events(draw) -> list[Event]:
    """Events before, at, between and after the changes."""
    quarters = st.integers(-5 * 4, 15 * 4).map(lambda number: number / 4)
    rows = draw(
        st.lists(
            st.tuples(
                quarters,
                st.sampled_from(USERS + STRANGERS),
                st.sampled_from(ACTIVITIES + UNHEARD_OF),
            ),
            min_size=120,
            max_size=160,
        )
    )
    return [Event(number, *row) for number, row in enumerate(rows)]


def expected(event: Event, users: dict, activities: dict) -> tuple:
    user = in_force(users.get(event.user, []), event.hour, True)
    activity = in_force(activities.get(event.activity, []), event.hour, False)
    country = user.country if user and user.country != "XX" else "ZZ"
    return (
        user.member if user else UNKNOWN,
        user.says if user else None,
        country,
        activity.member if activity else UNKNOWN,
        activity.says if activity else None,
    )


def load_in_rounds(star: Star, draw, users: dict, activities: dict, given_events: list) -> None:
    """Everything in two to three rounds with a build after each; versions keep their order."""
    left = {**{("user", k): list(v) for k, v in users.items()},
            **{("activity", k): list(v) for k, v in activities.items()}}  # fmt: skip
    waiting = list(given_events)
    rounds = draw(st.integers(2, 3))
    for number in range(rounds):
        last = number == rounds - 1
        share = len(waiting) if last else draw(st.integers(0, len(waiting)))
        some, waiting = waiting[:share], waiting[share:]
        if some:
            star.events(*some)
        for (kind, _), versions in left.items():
            for _ in range(len(versions) if last else draw(st.integers(0, len(versions)))):
                (star.users if kind == "user" else star.activities)(versions.pop(0))
        star.build()


def test_events_find_the_versions_in_force(star):
    @settings(
        max_examples=5,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
        database=None,
    )
    @given(histories(USERS, True), histories(ACTIVITIES, False), events(), st.data())
    def check(users, activities, given_events, data):
        star.forget()
        shuffled = data.draw(st.permutations(given_events))
        load_in_rounds(star, data.draw, users, activities, shuffled)
        wanted = {one.offset: expected(one, users, activities) for one in given_events}
        assert star.found() == wanted

    check()
