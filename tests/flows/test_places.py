"""Places in the chat: what is unclear is asked back, and guessed by nobody."""

import pytest

from handlers import guide_state, screens
from tests.flows.stage import NEWCOMER


def bare(text):
    return text.replace("\u2068", "").replace("\u2069", "")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        pytest.param("Hawksworth", "Do you mean Hawksworth (LS5) or Hawksworth (LS20)?", id="two"),
        pytest.param(
            "from Harehills to Beeston", "Do you mean Harehills (LS8) or Beeston (LS11)?", id="both"
        ),
        pytest.param("harehils", "Near Harehills. I did not keep what you sent.", id="misspelt"),
        pytest.param("L S 9", "Near LS9. I did not keep what you sent.", id="spaced"),
    ],
)
async def test_a_place_alone_is_taken_or_asked_about(small, typed, said):
    shown = await small.says(NEWCOMER, typed)
    assert said in bare(shown.text)
    assert "Help now" in " ".join(shown.labels)


async def test_an_answer_to_the_place_question_may_be_asked_about(small):
    asking = {"message_id": 900, "date": 1, "chat": {"id": NEWCOMER, "type": "private"}}
    link = f"https://t.me/x?start={guide_state.payload(screens.ANSWERS_PREFIX, 'L2d1t2')}"
    entity = {"type": "text_link", "offset": 0, "length": 5, "url": link}
    replied = asking | {"text": "Where?", "entities": [entity]}
    shown = await small.says(NEWCOMER, "wortleyy or army", reply_to_message=replied)
    assert "I do not know this place. Please choose" in bare(shown.text)
    shown = await small.says(NEWCOMER, "army", reply_to_message=replied)
    assert "Do you mean Armley (LS12)?" in bare(shown.text)
    shown = await small.says(NEWCOMER, "Armley", reply_to_message=replied)
    assert "Near Armley" in bare(shown.text)


async def test_words_that_are_only_like_a_place_are_looked_for_as_before(small):
    shown = await small.says(NEWCOMER, "army")
    assert "Armley" not in bare(shown.text)
