from finder.workbench.tokens import DIGITS, letters, token


def test_letters_go_on_after_z() -> None:
    assert [letters(number) for number in (0, 25, 26, 27, 51, 52, 701, 702)] == ["A", "Z", "AA", "AB", "AZ", "BA", "ZZ", "AAA"]


def test_a_token_hangs_on_secret_search_and_person_and_names_none() -> None:
    made = {token(secret, search, person) for secret in (b"a", b"b") for search in ("x", "y") for person in ("ada", "bob")}
    assert len(made) == 8
    assert all(len(each) == DIGITS and "ada" not in each for each in made)
    assert token(b"a", "x", "ada") == token(b"a", "x", "ada")
