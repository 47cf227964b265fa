"""Whatever a bot sends, the answer is one of Telegram's, never a crash."""

import asyncio
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox import Sandbox, methods, spec
from tests.sandbox.conftest import keyboard

ANSWERS = {200, 400, 403}
OTHER_WORK = {"getUpdates", "setWebhook"}  # these wait, or write elsewhere

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
plausible = st.sampled_from(
    [1001, 1, "1001", "HTML", "<b>a</b>", "<b>", True, keyboard([("a", "b")]), [1, 2], "{}", "[]"]
)


@st.composite
def calls(draw):
    rules = draw(
        st.sampled_from([one for one in spec.rules().values() if one.name not in OTHER_WORK])
    )
    names = st.sampled_from(sorted(rules.checks) or ["nothing"])
    params = {name: draw(plausible | anything) for name in rules.required}
    return rules.name, params | draw(st.dictionaries(names, plausible | anything, max_size=3))


def a_sandbox():
    sandbox = Sandbox()
    sandbox.person("Amina", started=True)
    sandbox.say(1001, "hello")
    return sandbox


@given(calls())
def test_every_call_has_an_answer(call):
    method, params = call
    answer = asyncio.run(methods.answer(a_sandbox(), method, params))
    body = json.loads(answer.body)
    assert answer.status in ANSWERS
    assert body["ok"] == (answer.status == 200)
    assert body["ok"] or body["description"].startswith(("Bad Request: ", "Forbidden: "))


@pytest.mark.parametrize(
    ("text", "more"),
    [
        pytest.param("\ud800", {}, id="in the text"),
        pytest.param("x", {"reply_markup": keyboard([("x", "\ud800")])}, id="in a button"),
    ],
)
def test_half_a_surrogate_pair(text, more):
    call = methods.answer(a_sandbox(), "sendMessage", {"chat_id": 1001, "text": text} | more)
    answer = json.loads(asyncio.run(call).body)
    assert answer["description"] == "Bad Request: strings must be encoded in UTF-8"
