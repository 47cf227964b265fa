"""What a card tells of a secret place, or of what nobody checked: nothing that leads there."""

from dataclasses import replace

import pytest

from directory.model import Confidence, Match, Opening, OpenState
from handlers import card, find_screens
from locales import translator
from people.model import Person, Role
from tests.directory.rows import LONDON, MONDAY_11, a_service

T = translator("en")
TOLD = "Come to 12 Zzoak Street, Harehills."


@pytest.mark.parametrize("role", [Role.NEWCOMER, Role.PARTNER, Role.COORDINATOR])
@pytest.mark.parametrize("secret", [True, False])
def test_no_text_tells_what_is_not_shown(role, secret):
    service = replace(
        a_service(),
        description=f"Tea. {TOLD}",
        hours_note=TOLD,
        note=TOLD,
        referrer_note=TOLD,
        eligibility_description=TOLD,
        accessibility=(TOLD,),
        confidential_location=secret,
        confidence=Confidence.MEDIUM if secret else Confidence.LOW,
    )
    match = Match(service, (), None, OpenState(Opening.UNKNOWN), secret)
    shown = card.card(T, match, Person(1, role), packed="", at=MONDAY_11, zone=LONDON)
    assert "Tea." in shown.text and "Zzoak" not in shown.text
    assert "Zzoak" not in find_screens.found(T, [match], MONDAY_11, LONDON).text
    assert "Zzoak" not in find_screens.article(T, match, MONDAY_11, LONDON).text
