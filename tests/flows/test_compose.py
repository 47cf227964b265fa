"""Composing an urgent update: each part, whom it reaches, what they will see, templates."""

import pytest
from telegram import Update

import db.audiences
import db.broadcasts
import db.drafts
import db.people
import db.subscriptions
import db.templates
import locales
from delivery.broadcast import Audience, Shape
from delivery.model import Media
from directory.model import Audience as Readers
from directory.needs import is_danger
from handlers import compose, leaving
from handlers.broadcast_screens import MAX_BOTH
from people.drafts import Draft
from people.model import Role
from tests.builders import a_message, document_update, location_update, photo_update
from tests.flows.stage import ADA, APOLOGY, BEN, NEWCOMER, OTHER, PARTNER, REFUSAL, assemble

ENGLISH, ARABIC = "Snow <tonight> & beds are open.", "ثلج الليلة."
GONE = "This draft is gone"
NAME = {code: locales.native_name(code) for code in locales.supported()}
NO_LINKS = (
    "https://leeds.gov.uk",
    "words only",
    "Words\nhttp://leeds.gov.uk",
    "Words\nhttps://bank.example@evil.example",
    "Words\nhttps://127.0.0.1/x",
    "Words\nhttps://localhost",
    "Words\njavascript:alert(1)",
    "Words\ntg://resolve?domain=x",
    "x" * 41 + "\nhttps://leeds.gov.uk",
    "one\ntwo\nhttps://leeds.gov.uk",
)
MACHINE = "A computer translated this. No person has checked it yet."


@pytest.fixture
async def one(crew):
    """Coordinators, a partner, a reader of Arabic and one of English; keyboards stay small."""
    await crew.knows(NEWCOMER, language="ar")
    await crew.says(NEWCOMER, "/subscribe")
    await crew.says(OTHER, "/subscribe")
    yield crew
    for screen in (screen for who in (ADA, BEN) for screen in crew.screens(who)):
        assert len(screen.buttons) <= 8, screen.labels
        assert len(screen.text.encode("utf-16-le")) // 2 <= 4096


async def begun(stage, audience="digest readers"):
    """Write the English words and choose who gets it; then show all parts."""
    await stage.says(ADA, "/broadcast")
    await stage.says(ADA, ENGLISH)
    await stage.presses(ADA, audience)
    return await stage.presses(ADA, "Change it")


async def arabic(stage):
    """Add the Arabic words."""
    await stage.presses(ADA, "Texts and languages")
    await stage.presses(ADA, NAME["ar"])
    return await stage.says(ADA, ARABIC)


async def look(stage):
    """See it as people get it; return the calls of the preview and the last screen."""
    before = len(stage.api.calls)
    if "See it, then" not in "".join(stage.last(ADA).labels):
        await stage.presses(ADA, "‹ Back")
    shown = await stage.presses(ADA, "See it, then ask")
    sent = [each for each in stage.api.calls[before:] if each.method.startswith("send")]
    return sent[:-1], shown


def buttons(call):
    rows = (call.params.get("reply_markup") or {}).get("inline_keyboard", [])
    return [each for row in rows for each in row]


async def draft(stage):
    async with stage.sessions() as session:
        return await db.drafts.find(session, ADA)


async def submitted(stage):
    """Ask for approval; return what is stored."""
    await stage.presses(ADA, "Ask for approval")
    async with stage.sessions() as session:
        return await db.broadcasts.find(session, 1)


async def sends(stage, update):
    await stage.application.process_update(update)
    return stage.last(ADA)


def media(**content):
    """Return a message of ADA's with something that is no text."""
    return a_message(ADA, **content)


# --- whom it reaches


async def test_who_approves_sees_what_the_buttons_say(one):
    await begun(one)
    await one.presses(ADA, "Buttons under it")
    await one.presses(ADA, "“I can help”")
    shown = await one.presses(ADA, "‹ Back")
    assert "Buttons under it:" in shown.text and "• 🙋 I can help" in shown.text
    await one.presses(ADA, "See it, then ask")
    await submitted(one)
    await one.send_out()
    told = [each.text for each in one.screens(BEN)]
    assert any("Buttons under it:" in text and "• 🙋 I can help" in text for text in told)


async def test_the_number_is_of_those_who_will_get_it(one):
    await begun(one)
    people = {
        "Partners and coordinators": 3,
        "Coordinators only": 2,
        "People who get the digest": 2,
        "Partners and digest readers": 5,
    }
    for audience, number in people.items():
        await one.presses(ADA, "Who gets it")
        shown = await one.presses(ADA, audience)
        assert f"{audience}: {number} people" in shown.text
        await one.presses(ADA, "Change it")
    await look(one)
    stored = await submitted(one)
    async with one.sessions() as session:
        found = await db.audiences.members(session, stored.audience, stored.shape.only)
    assert len(found) == 5


async def test_narrowed_by_language(one):
    await begun(one)
    await one.presses(ADA, "Who gets it")
    await one.presses(ADA, "Only some of them")
    await one.presses(ADA, "By language")
    shown = await one.presses(ADA, NAME["ar"])
    assert "Partners and digest readers: 1 person" in shown.text
    assert f"☑️ {NAME['ar']}" in shown.labels
    assert f"Only people who read: {locales.isolated(NAME['ar'])}." in shown.text
    await one.presses(ADA, "‹ Back")
    await one.presses(ADA, "See it, then ask")
    stored = await submitted(one)
    assert stored.shape.only.languages == ("ar",)


async def test_narrowed_by_topic_and_taken_back(one):
    async with one.sessions.begin() as session:
        every = [each.id for each in one.app.topics]
        await db.subscriptions.set_topic(session, OTHER, every[0], wanted=False, all_topics=every)
    await begun(one)
    await one.presses(ADA, "Who gets it")
    await one.presses(ADA, "Only some of them")
    await one.presses(ADA, "By topic")
    topic = one.app.topics[0].names["en"]
    shown = await one.presses(ADA, topic)
    assert "1 person" in shown.text
    shown = await one.presses(ADA, topic)
    assert "5 people" in shown.text, "with none chosen, all get it"
    await one.presses(ADA, topic)
    await one.presses(ADA, "1/3 ›")
    await one.presses(ADA, "‹ Back")
    shown = await one.presses(ADA, "All of them")
    assert "5 people" in shown.text


async def test_narrowed_by_organisation_which_readers_do_not_have(one):
    await begun(one)
    await one.presses(ADA, "Who gets it")
    await one.presses(ADA, "Only some of them")
    await one.presses(ADA, "By organisation")
    shown = await one.presses(ADA, "Leeds Example Charity")
    assert "1 person" in shown.text
    await one.presses(ADA, "‹ Back")
    await one.presses(ADA, "‹ Back")
    shown = await one.presses(ADA, "People who get the digest")
    assert "2 people" in shown.text, "what readers cannot have narrows them no more"


async def test_without_anybody_there_is_nothing_to_ask_for(crew):
    await begun(crew, "People who get the digest")
    _, shown = await look(crew)
    assert "Nobody would get it." in shown.text
    assert "Ask for approval" not in shown.labels


async def test_an_attachment_takes_a_second_call(one):
    async with one.sessions.begin() as session:
        for chat in range(1, 26):
            await db.subscriptions.subscribe(session, chat, today=one.app.today())
    await begun(one)
    _, shown = await look(one)
    assert "30 people, about 2 s to send" in shown.text
    await sends(one, photo_update("pic", ADA, bot=one.application.bot))
    _, shown = await look(one)
    assert "30 people, about 3 s to send" in shown.text


# --- words


async def test_missing_languages_are_named_with_those_who_get_english(one):
    await begun(one)
    _, shown = await look(one)
    assert "These get the English text" in shown.text
    assert NAME["ar"] in shown.text.split("These get the English text")[1]
    shown = await one.presses(ADA, "See it in another language")
    before = len(one.api.calls)
    await one.presses(ADA, NAME["ar"])
    seen = next(call for call in one.api.calls[before:] if call.method == "sendMessage")
    t = locales.translator("ar")
    assert t.gettext("This text is in English.") in seen.params["text"]
    assert t.gettext("Urgent update") in seen.params["text"]


async def test_a_machines_words_are_marked_with_english_below(one):
    await begun(one)
    await arabic(one)
    shown = await one.presses(ADA, "a computer translated it")
    assert MACHINE in shown.text
    sent, _ = await look(one)
    t = locales.translator("ar")
    text = next(call.params["text"] for call in sent if ARABIC in call.params["text"])
    assert t.gettext(MACHINE) in text
    assert text.index(ARABIC) < text.index("Snow &lt;tonight&gt;")
    stored = await submitted(one)
    assert stored.shape.machine == ("ar",)


async def test_a_person_checks_the_machines_words(one):
    await begun(one)
    await arabic(one)
    await one.presses(ADA, "a computer translated it")
    await one.presses(ADA, "a person has checked it")
    sent, _ = await look(one)
    assert all("Snow" not in call.params["text"] for call in sent if ARABIC in call.params["text"])
    assert (await submitted(one)).shape.machine == ()


async def test_each_language_is_shown_in_its_own_direction(one):
    await one.knows(BEN, Role.COORDINATOR, "ar")
    await begun(one)
    shown = await arabic(one)
    assert f"\u200f{ARABIC}" in shown.text
    await look(one)
    await submitted(one)
    await one.send_out()
    told = "".join(screen.text for screen in one.screens(BEN))
    assert "\u200eSnow &lt;tonight&gt;" in told
    assert f"\u200f{ARABIC}" in told


async def test_new_words_are_not_the_machines(one):
    await begun(one)
    await arabic(one)
    await one.presses(ADA, "a computer translated it")
    await one.presses(ADA, "Write it again")
    shown = await one.says(ADA, ARABIC * 2)
    assert MACHINE not in shown.text


async def test_marked_words_and_english_fit_one_message(one):
    await one.says(ADA, "/broadcast")
    await one.says(ADA, "x" * (MAX_BOTH - 100))
    await one.presses(ADA, "Other languages")
    await one.presses(ADA, NAME["ar"])
    await one.says(ADA, "ث" * 101)
    before = await draft(one)
    await one.presses(ADA, "a computer translated it")
    assert "With the English text below it, this is too long: 3301" in one.alerts[-1]
    assert await draft(one) == before
    await one.presses(ADA, "Other languages")
    await one.presses(ADA, NAME["ar"])
    await one.presses(ADA, "Write it again")
    await one.says(ADA, "ث" * 100)
    await one.presses(ADA, "a computer translated it")
    await one.presses(ADA, "digest readers")
    assert any("ث" * 100 in screen.text and "xxx" in screen.text for screen in one.screens(ADA))


async def test_a_language_is_removed_but_english_stays(one):
    await begun(one)
    await arabic(one)
    shown = await one.presses(ADA, "Remove this language")
    assert "Written in: English." in shown.text
    key = (await draft(one)).payload["key"]
    await one.forges(ADA, f"1:o:{key}:remove:en")
    assert set((await draft(one)).payload["texts"]) == {"en"}


# --- what comes with it


async def test_a_picture_comes_before_the_words(one):
    await begun(one)
    await one.presses(ADA, "Picture, file or place")
    shown = await sends(one, photo_update("pic", ADA, bot=one.application.bot))
    assert "A picture comes with it." in shown.text
    sent, _ = await look(one)
    assert [call.method for call in sent] == ["sendPhoto", "sendMessage"]
    assert sent[0].params["photo"] == "pic-800"
    stored = await submitted(one)
    assert (stored.shape.attachment.media, stored.shape.attachment.file_id) == (
        Media.PHOTO,
        "pic-800",
    )


async def test_a_picture_with_a_caption_begins_an_update(one):
    await one.says(ADA, "/broadcast")
    shown = await sends(
        one, photo_update("pic", ADA, bot=one.application.bot, caption="Roads are shut.")
    )
    assert "Who should get it?" in shown.text
    await one.presses(ADA, "digest readers")
    assert one.api.of("sendPhoto")[-1]["photo"] == "pic-800"
    assert any("Roads are shut." in screen.text for screen in one.screens(ADA))


async def test_a_picture_without_words_still_asks_for_them(one):
    await one.says(ADA, "/broadcast")
    shown = await sends(one, photo_update("pic", ADA, bot=one.application.bot))
    assert "Write the urgent update in English" in shown.text
    shown = await one.says(ADA, ENGLISH)
    assert "Who should get it?" in shown.text


async def test_a_file(one):
    await begun(one)
    await one.presses(ADA, "Picture, file or place")
    shown = await sends(one, document_update("map.pdf", ADA, bot=one.application.bot))
    assert "A file comes with it." in shown.text
    sent, _ = await look(one)
    assert sent[0].method == "sendDocument"


async def test_a_photo_as_a_file_may_tell_where_it_was_taken(one):
    await begun(one)
    await one.presses(ADA, "Picture, file or place")
    document = {"file_id": "d", "file_unique_id": "d", "mime_type": "image/jpeg"}
    shown = await sends(one, an_update(one, document=document))
    assert "not as a file" in shown.text
    assert (await draft(one)).payload["shape"]["attachment"] is None


def an_update(stage, **content):
    """Return an update with a message of ADA's that has no words."""
    message = media(**content)
    return Update.de_json({"update_id": 9_999_999, "message": message}, stage.application.bot)


async def test_a_place_is_taken_only_when_one_was_asked_for(one):
    await begun(one)
    await sends(one, location_update(53.8, -1.55, ADA, bot=one.application.bot))
    assert (await draft(one)).payload["shape"]["attachment"] is None
    await one.presses(ADA, "Picture, file or place")
    shown = await sends(one, location_update(53.8, -1.55, ADA, bot=one.application.bot))
    assert "A place on the map comes with it." in shown.text
    sent, _ = await look(one)
    assert sent[0].method == "sendLocation"
    assert sent[0].params["latitude"] == 53.8


async def test_a_voice_note_is_none_of_the_three(one):
    await begun(one)
    await one.presses(ADA, "Picture, file or place")
    voice = {"file_id": "v", "file_unique_id": "v", "duration": 3}
    shown = await sends(one, an_update(one, voice=voice))
    assert "I can take only a picture, a file or a place on the map." in shown.text
    shown = await one.says(ADA, "words")
    assert "I can take only a picture" in shown.text


async def test_what_comes_with_it_can_be_left_out(one):
    await begun(one)
    await sends(one, photo_update("pic", ADA, bot=one.application.bot))
    await one.presses(ADA, "Picture, file or place")
    await one.presses(ADA, "Leave it out")
    sent, _ = await look(one)
    assert [call.method for call in sent] == ["sendMessage"]


async def test_a_picture_that_telegram_takes_no_more_is_told(one):
    await begun(one)
    await sends(one, photo_update("pic", ADA, bot=one.application.bot))
    one.api.fail(400, "Bad Request: wrong file identifier", method="sendPhoto", times=9)
    await one.presses(ADA, "See it, then ask")
    assert "Telegram does not take this picture" in "".join([*one.alerts[-1:], one.last(ADA).text])
    assert "Ask for approval" not in one.last(ADA).labels


# --- buttons


async def linked(stage, text):
    await stage.presses(ADA, "Add a link")
    return await stage.says(ADA, text)


async def test_links_are_buttons_of_the_readers(one):
    await begun(one)
    await one.presses(ADA, "Buttons under it")
    shown = await linked(one, "The council\nwww.leeds.gov.uk/snow")
    assert "✖️ The council" in shown.labels
    sent, _ = await look(one)
    assert [(each["text"], each["url"]) for each in buttons(sent[-1])] == [
        ("The council", "https://www.leeds.gov.uk/snow")
    ]
    await one.presses(ADA, "Change it")
    await one.presses(ADA, "Buttons under it")
    await one.presses(ADA, "✖️ The council")
    sent, _ = await look(one)
    assert buttons(sent[-1]) == []


async def test_what_is_no_good_link(one):
    await begun(one)
    await one.presses(ADA, "Buttons under it")
    await one.presses(ADA, "Add a link")
    for text in NO_LINKS:
        shown = await one.says(ADA, text)
        refused = "I need two lines" in shown.text or "too long for a button" in shown.text
        assert refused, text
        assert "Send /cancel to stop." in shown.text, "a way out"
    assert (await draft(one)).payload["shape"]["links"] == []
    shown = await one.says(ADA, "Fine\nhttps://leeds.gov.uk")
    assert "✖️ Fine" in shown.labels, "it may be written again"


async def test_three_links_a_service_and_both_answers_are_the_most(one, pack):
    await begun(one)
    await one.presses(ADA, "Buttons under it")
    for number in range(3):
        await linked(one, f"Link {number}\nhttps://leeds.gov.uk/{number}")
    assert "Add a link" not in one.last(ADA).labels
    await one.presses(ADA, "Add a service")
    service = offered(pack)
    await one.says(ADA, service.name)
    await one.presses(ADA, service.name[:20])
    await one.presses(ADA, "I can help")
    await one.presses(ADA, "I have read this")
    sent, _ = await look(one)
    assert [each["text"] for each in buttons(sent[-1])][-2:] == [
        "🙋 I can help",
        "✅ I have read this",
    ]
    assert len(buttons(sent[-1])) == 6


def offered(pack):
    """Return a service that may stand in an update, with a short name."""
    return next(
        each
        for each in pack.services
        if each.audience is Readers.PUBLIC
        and each.status != "closed"
        and not is_danger(each.needs)
        and len(each.name) < 30
    )


async def test_a_service_opens_its_card_for_anybody(one, pack):
    service = offered(pack)
    await begun(one)
    await one.presses(ADA, "Buttons under it")
    await one.presses(ADA, "Add a service")
    shown = await one.says(ADA, service.name)
    assert service.name in shown.labels
    await one.presses(ADA, service.name)
    sent, _ = await look(one)
    url = buttons(sent[-1])[0]["url"]
    assert url == f"https://t.me/fingerpost_bot?start=s_{service.id}"
    shown = await one.says(OTHER, f"/start s_{service.id}")
    assert service.name in shown.text


async def test_a_place_about_danger_and_one_for_workers_are_never_a_button(one, pack):
    hidden = [
        each
        for each in pack.services
        if each.audience is Readers.WORKERS or is_danger(each.needs[:1])
    ]
    assert len(hidden) > 1
    await begun(one)
    await one.presses(ADA, "Buttons under it")
    await one.presses(ADA, "Add a service")
    key = (await draft(one)).payload["key"]
    for each in (hidden[0], hidden[-1]):
        shown = await one.says(ADA, each.name)
        assert f"1:o:{key}:card:{each.id}" not in [b.data for b in shown.buttons]
        await one.forges(ADA, f"1:o:{key}:card:{each.id}")
        assert "cannot be shown to everybody" in one.alerts[-1]
    shown = await one.says(ADA, "qqq xyzzy")
    assert "I found no service of this name" in shown.text
    assert (await draft(one)).payload["shape"]["links"] == []


async def test_switches_say_the_state_they_lead_to(one):
    await begun(one)
    shown = await one.presses(ADA, "Buttons under it")
    on = shown.data("I can help")
    await one.forges(ADA, on)
    shown = await one.forges(ADA, on)
    assert "☑️ “I can help”" in shown.labels, "pressing twice is harmless"
    shown = await one.presses(ADA, "I can help")
    assert "⬜️ “I can help”" in shown.labels


async def test_danger_to_life_says_what_it_means(one):
    await begun(one)
    shown = await one.presses(ADA, "Danger to life")
    assert "sent in quiet hours too" in shown.text
    shown = await one.presses(ADA, "Yes, danger to life")
    assert "Danger to life: it is sent in quiet hours too." in shown.text
    await look(one)
    assert (await submitted(one)).shape.danger


# --- going back, stopping, going on


ASKING = [
    ("Texts and languages", NAME["ar"], "‹ Back"),
    ("Picture, file or place", "‹ Back"),
    ("Buttons under it", "Add a link", "‹ Back"),
    ("Buttons under it", "Add a service", "‹ Back"),
    ("Save as a template", "‹ Back"),
    ("Who gets it", "Only some of them", "By topic", "‹ Back"),
    ("Danger to life", "‹ Back"),
]


async def test_every_step_can_be_gone_back_from(one):
    await begun(one)
    before = (await draft(one)).payload
    for path in ASKING:
        for label in path:
            await one.presses(ADA, label)
        shown = await one.says(ADA, "Stray words")
        assert (await draft(one)).payload == before, path
        assert "I did not use these words" in shown.text, path
    assert "broadcast_templates" not in await one.rows()


async def test_cancel_ends_every_step(one):
    for path in (ASKING[0], ASKING[2], ASKING[4]):
        await begun(one)
        for label in path[:-1]:
            await one.presses(ADA, label)
        shown = await one.says(ADA, "/cancel")
        assert "Thrown away" in shown.text, path
        assert await draft(one) is None, path
    assert "broadcasts" not in await one.rows()


async def test_buttons_of_an_old_draft_change_nothing_in_the_new_one(one):
    await begun(one)
    old = [one.button(ADA, label) for label in ("Danger to life", "Throw it away", "See it, then")]
    await one.says(ADA, "/cancel")
    await one.forges(ADA, old[0])
    assert GONE in one.alerts[-1]
    await one.says(ADA, "/broadcast")
    await one.says(ADA, "Something new")
    before = await draft(one)
    for data in (*old, "1:o:submit", "1:o:drop", "1:o:audience:everyone"):
        told = len(one.alerts)
        await one.forges(ADA, data)
        assert GONE in one.alerts[-1]
        assert len(one.alerts) == told + 1
    assert await draft(one) == before


async def test_only_what_was_looked_at_is_submitted(one):
    await begun(one)
    await look(one)
    submit = one.button(ADA, "Ask for approval")
    await one.presses(ADA, "Change it")
    await one.presses(ADA, "Danger to life")
    await one.presses(ADA, "Yes, danger")
    shown = await one.forges(ADA, submit)
    assert "The messages above are what people will get." in shown.text
    assert "Danger to life: it is sent in quiet hours too." in shown.text
    assert "broadcasts" not in await one.rows()
    await one.presses(ADA, "Ask for approval")
    assert len((await one.rows())["broadcasts"]) == 1


async def test_a_draft_goes_on_after_a_restart_and_is_never_sent_by_itself(one, pack, clock):
    await begun(one)
    await one.presses(ADA, "Buttons under it")
    await one.presses(ADA, "Add a link")
    other = assemble(one.sessions, pack, clock)
    async with other.application:
        await other.send_out()
        assert not other.api.of("sendMessage")
        shown = await other.says(ADA, "The council\nhttps://leeds.gov.uk")
        assert "✖️ The council" in shown.labels
        shown = await other.says(ADA, "/broadcast")
        assert "Your urgent update" in shown.text, "it goes on where it was"
        await other.presses(ADA, "See it, then ask")
        await other.presses(ADA, "Ask for approval")
    rows = await one.rows()
    assert len(rows["broadcasts"]) == 1
    assert "drafts" not in rows


async def test_d11_a_thousand_looks_for_what_is_due_find_no_draft(one):
    await begun(one)
    before, rows = len(one.api.of("sendMessage")), await one.rows()
    for _ in range(1_000):
        await leaving.knock(one.app)
    await one.send_out()
    assert len(one.api.of("sendMessage")) == before
    assert await one.rows() == rows


async def test_a_draft_of_an_earlier_version_goes_on(one):
    async with one.sessions.begin() as session:
        payload = {"texts": {"en": ENGLISH}, "audience": "everyone"}
        old = Draft(ADA, compose.KIND, "en", payload)
        await db.drafts.put(session, old, one.clock())
    shown = await one.says(ADA, "/broadcast")
    assert "Your urgent update" in shown.text
    await one.presses(ADA, "See it, then ask")
    assert (await submitted(one)).audience is Audience.EVERYONE


@pytest.mark.parametrize("who", [NEWCOMER, PARTNER])
async def test_nobody_else_composes(one, who):
    await begun(one)
    key = (await draft(one)).payload["key"]
    before = await one.rows()
    steps = [*compose._STEPS]
    datas = [f"1:o:{key}:{step}:1" for step in steps]
    datas += [f"1:5:{step}:1" for step in ("list", "see", "use", "ask", "delete", "back")]
    for data in datas:
        told = len(one.alerts)
        await one.forges(who, data)
        assert len(one.alerts) == told + 1, data
    assert await one.rows() == before
    t = locales.translator("ar" if who == NEWCOMER else "en")
    assert one.alerts[-1] == t.gettext(REFUSAL)


async def test_forged_steps_break_nothing(one, caplog):
    await begun(one)
    key = (await draft(one)).payload["key"]
    for step in compose._STEPS:
        for rest in ("", ":t:x:1:x"):
            await one.forges(ADA, f"1:o:{key}:{step}{rest}")
        if await draft(one) is None:
            key = (await begun(one) and await draft(one)).payload["key"]
    assert APOLOGY not in one.said()
    assert "handler failed" not in caplog.text
    assert "broadcasts" not in await one.rows()


async def test_a_place_that_a_partner_shares_is_for_the_guide(one):
    shown = await sends(one, location_update(53.8, -1.55, PARTNER, bot=one.application.bot))
    assert one.api.of("sendMessage")[-1]["chat_id"] == PARTNER
    assert shown == one.last(ADA)


# --- templates


async def kept(stage, name="Snow"):
    """Keep an update with a link and Arabic words as a template, and throw the draft away."""
    await begun(stage)
    await arabic(stage)
    await stage.presses(ADA, "‹ Back")
    await stage.presses(ADA, "‹ Back")
    await stage.presses(ADA, "Buttons under it")
    await linked(stage, "The council\nhttps://leeds.gov.uk")
    await stage.presses(ADA, "‹ Back")
    await stage.presses(ADA, "Save as a template")
    shown = await stage.says(ADA, name)
    await stage.says(ADA, "/cancel")
    return shown


async def test_a_template_is_used_by_another_coordinator(one):
    shown = await kept(one)
    assert "Saved as a template: Snow" in shown.text
    await one.says(BEN, "/broadcast")
    await one.presses(BEN, "Use a template")
    before = len(one.api.calls)
    shown = await one.presses(BEN, "Snow")
    seen = [each for each in one.api.calls[before:] if each.method == "sendMessage"]
    assert any(ARABIC in each.params["text"] for each in seen)
    shown = await one.presses(BEN, "Use it")
    assert "Who should get it?" in shown.text
    await one.presses(BEN, "Coordinators only")
    await one.presses(BEN, "Ask for approval")
    async with one.sessions() as session:
        stored = await db.broadcasts.find(session, 1)
    assert stored is not None
    assert stored.author_id == BEN
    assert set(stored.texts) == {"en", "ar"}
    assert [each.label for each in stored.shape.links] == ["The council"]


async def test_a_template_is_never_sent_by_itself(one):
    await kept(one)
    rows = await one.rows()
    assert not {"broadcasts", "messages", "recipients"} & set(rows)
    assert len(rows["broadcast_templates"]) == 1


async def test_the_same_name_takes_its_place(one):
    await begun(one)
    for _ in range(2):
        await one.presses(ADA, "Save as a template")
        await one.says(ADA, "Snow")
    assert len((await one.rows())["broadcast_templates"]) == 1


async def test_a_template_is_deleted_after_a_question(one):
    await kept(one)
    await one.says(ADA, "/broadcast")
    await one.presses(ADA, "Use a template")
    await one.presses(ADA, "Snow")
    use = one.button(ADA, "Use it")
    await one.presses(ADA, "Delete it")
    assert "broadcast_templates" in await one.rows()
    shown = await one.presses(ADA, "Yes, delete it")
    assert "There are no templates." in shown.text
    assert "broadcast_templates" not in await one.rows()
    await one.forges(ADA, use)
    assert "This template is gone." in one.alerts[-1]
    shown = await one.presses(ADA, "‹ Back")
    assert "Write the urgent update in English" in shown.text


async def test_a_template_does_not_replace_what_is_being_written(one):
    await kept(one)
    await begun(one)
    before = await draft(one)
    await one.forges(ADA, "1:5:use:1")
    assert "You are writing an urgent update." in one.alerts[-1]
    assert await draft(one) == before


async def test_a_name_that_is_too_long(one):
    await begun(one)
    await one.presses(ADA, "Save as a template")
    shown = await one.says(ADA, "x" * 65)
    assert "This name is too long. Use at most 64 characters." in shown.text
    await one.says(ADA, "x" * 64)
    assert len((await one.rows())["broadcast_templates"]) == 1


async def test_many_templates_have_pages(one):
    for number in range(6):
        async with one.sessions.begin() as session:
            await db.templates.save(
                session,
                f"T{number}",
                {"en": "x"},
                Shape(),
                by=ADA,
                now=one.clock(),
            )
    await one.says(ADA, "/broadcast")
    shown = await one.presses(ADA, "Use a template")
    assert shown.labels == ["T0", "T1", "T2", "T3", "T4", "1/2 ›", "‹ Back"]
    shown = await one.presses(ADA, "1/2 ›")
    assert shown.labels == ["T5", "2/2 ›", "‹ Back"]


async def test_forgetting_who_made_a_template_keeps_it_without_them(one):
    await kept(one)
    async with one.sessions.begin() as session:
        await db.people.forget(session, ADA, now=one.clock())
        (template,) = await db.templates.every(session)
        assert "broadcast_templates" not in await db.people.known(session, ADA)
    assert template.name == "Snow"
