import json

from finder import serial
from finder.answers import Answer, Confidence, Kind, Part, PersonResult, Profile, Request

ADA = Profile("ada/1 \u00e9", "Ada", None, None, None, (), ())


def test_ids_are_percent_encoded_in_addresses() -> None:
    assert serial.profile(ADA)["url"] == "/people/ada%2F1%20%C3%A9"
    assert serial.document_url("a?b#c", "/search") == "/search/documents/a%3Fb%23c"


def test_rounding_keeps_the_shares_adding_up() -> None:
    shares = [1 / 3, 1 / 7, -1 / 9, 2 / 11]
    found = PersonResult(ADA, 1, sum(shares), Confidence.GOOD, None, tuple(Part("unshown", share) for share in shares), ())
    answer = Answer(Request("q", Kind.PEOPLE), "g", Confidence.GOOD, (), (found,), ())
    person = json.loads(serial.dumps(serial.answer(answer)))["people"][0]
    assert abs(sum(part["share"] for part in person["explanation"]) - person["score"]) < 1e-6


def test_a_body_names_no_generation_and_always_both_sides_of_facets() -> None:
    body = serial.answer(Answer(Request("q"), "00000007", Confidence.NONE, (), (), ()))
    assert "00000007" not in serial.dumps(body).decode()
    assert body["facets"] == {"people": {}, "documents": {}}


def test_text_is_written_as_itself_and_what_cannot_be_written_as_a_question_mark() -> None:
    assert serial.dumps({"text": "\u0416\U0001f600\ud800"}).decode() == '{"text":"\u0416\U0001f600?"}'
