import models.errors
from models.errors import FinderError


def test_an_error_says_what_happened_and_what_to_do() -> None:
    error = FinderError("The disk is full.", "Free some space.")
    assert (error.what, error.remedy, str(error)) == ("The disk is full.", "Free some space.", "The disk is full. Free some space.")
    assert str(FinderError("The disk is full.")) == "The disk is full."


def test_every_named_error_has_the_one_base() -> None:
    named = [found for found in vars(models.errors).values() if isinstance(found, type)]
    assert len(named) > 15
    assert all(issubclass(found, FinderError) for found in named)
