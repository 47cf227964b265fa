"""Who answers for a service: a named person, else its organisation's partners. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from people.model import Person, Role


@dataclass(frozen=True, slots=True)
class Staff:
    """Everybody with a role whom a message can reach; *named*: who was named, by service id."""

    people: Sequence[Person]
    named: Mapping[str, int]

    @property
    def coordinators(self) -> tuple[Person, ...]:
        """The coordinators whom a message can reach."""
        return tuple(each for each in self.people if each.role is Role.COORDINATOR)

    def owners(self, service_id: str, organisation: str) -> tuple[Person, ...]:
        """Return who is asked about a service; nobody means: the coordinators.

        A named person who lost the role or blocked the bot counts no more; then it is every
        partner of the *organisation*, whatever the case of its letters.
        """
        named = self.named.get(service_id)
        found = tuple(each for each in self.people if each.id == named)
        return found or tuple(
            each
            for each in self.people
            if each.role is Role.PARTNER
            and (each.organisation or "").casefold() == organisation.casefold()
        )
