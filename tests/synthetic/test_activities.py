"""Activities and towns: ids are unique, and everybody lives in their own country."""

from zoneinfo import ZoneInfo

from vitals.synthetic import Cohort
from vitals.synthetic.activities import ACTIVITIES, PLACES, home_of


def test_ids_and_names_are_unique():
    assert len({one.activity_id for one in ACTIVITIES}) == len(ACTIVITIES)
    assert len({one.name for one in ACTIVITIES}) == len(ACTIVITIES)
    assert len({(one.city, one.country_code) for one in PLACES}) == len(PLACES)


def test_everybody_lives_in_a_town_of_their_country_and_zone():
    for person in Cohort(participants=200).people:
        home = home_of(person)
        assert home.country_code == person.country
        assert home.zone == person.home_zone or person.stated_zone == "absent"


def test_places_are_where_their_zones_are():
    for place in PLACES:
        ZoneInfo(place.zone)
        assert -90 <= place.latitude <= 90
        assert -180 <= place.longitude <= 180
