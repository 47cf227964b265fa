"""How long a straight line on the map takes on foot, and from where on we do not say. Pure."""

# Metres a minute, 4.8 km/h: our assumption, for an adult who does not hurry.
PACE_M = 80
# How much longer streets are than the straight line between two places of a city: measured as
# about 1.2. Source: G. F. Newell (1980), as cited with others (1.21 to 1.23) in
# https://en.wikibooks.org/wiki/Transportation_Geography_and_Network_Science/Circuity
DETOUR = 1.2
STEP = 5  # minutes: what we say is no finer
LONGEST_WALK = 45  # minutes; beyond it people are told the distance only (our choice)


def minutes_on_foot(distance_m: int) -> int:
    """Return how many minutes *distance_m* (straight line, metres) takes on foot.

    In steps of five, rounded up, at least five. Steps, hills and waiting at roads are left out.
    """
    minutes = round(distance_m * DETOUR / PACE_M)
    return max(STEP, -(-minutes // STEP) * STEP)


def is_walk(distance_m: int) -> bool:
    """Say whether *distance_m* is near enough to say how long it takes on foot."""
    return minutes_on_foot(distance_m) <= LONGEST_WALK
