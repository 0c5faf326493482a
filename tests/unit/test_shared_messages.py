"""Every type of message survives the way through a queue, and ids tell messages apart."""

import json
import uuid
from dataclasses import fields

from hypothesis import given
from hypothesis import strategies as st

from shared.messages import FACTS, Fact, Message, decode, encode, first, follow

VALUES = {"str": st.text(max_size=20), "int": st.integers(), "bool": st.booleans()}


def facts_of(kind: type[Fact]) -> st.SearchStrategy[Fact]:
    return st.builds(kind, **{one.name: VALUES[str(one.type)] for one in fields(kind)})


ANY_FACT = st.sampled_from(sorted(FACTS.values(), key=lambda kind: kind.TYPE)).flatmap(facts_of)
ORIGINS = st.text(max_size=10)


@given(ANY_FACT, ORIGINS)
def test_a_beginning_comes_back_as_it_was(fact: Fact, origin: str) -> None:
    message = first(fact, origin=origin)
    assert decode(encode(message)) == message
    assert (message.cause, message.trace) == (None, message.id)


@given(ANY_FACT, ANY_FACT, ANY_FACT)
def test_a_chain_keeps_its_trace_and_each_knows_its_cause(one: Fact, two: Fact, three: Fact) -> None:
    beginning = first(one, origin="test")
    middle = follow(beginning, two)
    end = follow(middle, three)
    assert decode(encode(end)) == end
    assert (middle.cause, end.cause) == (beginning.id, middle.id)
    assert {middle.trace, end.trace} == {beginning.trace}
    assert len({beginning.id, middle.id, end.id}) == 3


@given(ANY_FACT, ANY_FACT)
def test_two_facts_of_one_cause_share_an_id_only_if_type_data_set_and_key_are_the_same(one: Fact, two: Fact) -> None:
    cause = Message(str(uuid.UUID(int=1)), "t", None, one)
    same = (one.TYPE, one.dataset, one.key()) == (two.TYPE, two.dataset, two.key())
    # A text that holds the separator could look like another pair; the names of data sets hold none.
    if "/" not in one.dataset + two.dataset:
        assert (follow(cause, one).id == follow(cause, two).id) == same


@given(ANY_FACT)
def test_the_encoded_form_says_type_version_and_every_field_that_is_not_as_usual(fact: Fact) -> None:
    data = json.loads(encode(first(fact, origin="x")))
    assert (data["type"], data["version"]) == (fact.TYPE, fact.VERSION)
    told = {one.name: getattr(fact, one.name) for one in fields(fact)}
    assert data["body"] == {name: value for name, value in told.items() if name != "everything" or value}
    assert sorted(data) == ["body", "cause", "id", "trace", "type", "version"]


def test_every_type_is_in_the_past_tense_and_has_a_key_of_its_own() -> None:
    for kind in FACTS.values():
        assert kind.KEY in {one.name for one in fields(kind)}
        assert kind.TYPE.count(".") == 1
