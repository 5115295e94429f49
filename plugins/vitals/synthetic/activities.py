"""What people of the synthetic cohort do, and where they live: the one list that all of it uses.

The operational database and the heart-rate stream name activities by these ids. METs (energy as a
multiple of rest) follow the Compendium of Physical Activities of 2011.
"""

from dataclasses import dataclass

from vitals.synthetic.people import Person


@dataclass(frozen=True)
class Activity:
    """Something that a person can be doing.

    Attributes:
        activity_id: as events and the operational database name it.
        name: for people.
        category: rest, sedentary, household, transport, walking or exercise.
        met: energy that it takes, as a multiple of rest.
    """

    activity_id: str
    name: str
    category: str
    met: float


ACTIVITIES = (
    Activity("act-sleep", "Sleeping", "rest", 0.95),
    Activity("act-sit", "Sitting quietly", "rest", 1.3),
    Activity("act-desk", "Desk work", "sedentary", 1.5),
    Activity("act-eat", "Eating", "sedentary", 1.5),
    Activity("act-cook", "Cooking", "household", 3.3),
    Activity("act-clean", "Cleaning", "household", 3.5),
    Activity("act-drive", "Driving", "transport", 2.5),
    Activity("act-walk", "Walking", "walking", 3.5),
    Activity("act-hike", "Hiking", "walking", 5.3),
    Activity("act-yoga", "Yoga", "exercise", 2.5),
    Activity("act-lift", "Strength training", "exercise", 3.5),
    Activity("act-swim", "Swimming", "exercise", 5.8),
    Activity("act-cycle", "Cycling", "exercise", 7.5),
    Activity("act-run", "Running", "exercise", 8.3),
    Activity("act-ski", "Cross-country skiing", "exercise", 9.0),
)


@dataclass(frozen=True)
class Place:
    """A town in which participants live.

    Attributes:
        city: its name.
        region: state, county or the like.
        country_code: ISO 3166-1 alpha-2.
        latitude: degrees north of its centre.
        longitude: degrees east of its centre.
        zone: IANA time zone.
    """

    city: str
    region: str
    country_code: str
    latitude: float
    longitude: float
    zone: str


PLACES = (
    Place("Oslo", "Oslo", "NO", 59.913, 10.739, "Europe/Oslo"),
    Place("Bergen", "Vestland", "NO", 60.393, 5.324, "Europe/Oslo"),
    Place("Berlin", "Berlin", "DE", 52.520, 13.405, "Europe/Berlin"),
    Place("Munich", "Bavaria", "DE", 48.137, 11.575, "Europe/Berlin"),
    Place("London", "England", "GB", 51.507, -0.128, "Europe/London"),
    Place("Edinburgh", "Scotland", "GB", 55.953, -3.188, "Europe/London"),
    Place("New York", "New York", "US", 40.713, -74.006, "America/New_York"),
    Place("Boston", "Massachusetts", "US", 42.360, -71.059, "America/New_York"),
    Place("Denver", "Colorado", "US", 39.739, -104.990, "America/Denver"),
    Place("Los Angeles", "California", "US", 34.052, -118.244, "America/Los_Angeles"),
    Place("St. John's", "Newfoundland and Labrador", "CA", 47.562, -52.713, "America/St_Johns"),
    Place("São Paulo", "São Paulo", "BR", -23.551, -46.633, "America/Sao_Paulo"),
    Place("Nairobi", "Nairobi", "KE", -1.286, 36.817, "Africa/Nairobi"),
    Place("Kolkata", "West Bengal", "IN", 22.573, 88.364, "Asia/Kolkata"),
    Place("Bengaluru", "Karnataka", "IN", 12.972, 77.595, "Asia/Kolkata"),
    Place("Singapore", "Singapore", "SG", 1.352, 103.820, "Asia/Singapore"),
    Place("Tokyo", "Tokyo", "JP", 35.690, 139.692, "Asia/Tokyo"),
    Place("Adelaide", "South Australia", "AU", -34.929, 138.601, "Australia/Adelaide"),
    Place("Sydney", "New South Wales", "AU", -33.869, 151.209, "Australia/Sydney"),
    Place("Auckland", "Auckland", "NZ", -36.849, 174.763, "Pacific/Auckland"),
)


def home_of(person: Person) -> Place:
    """Where a participant lives: a town of their country, and of their time zone if it has one."""
    towns = [place for place in PLACES if place.country_code == person.country]
    near = [place for place in towns if place.zone == person.home_zone] or towns
    return near[person.index % len(near)]
