from datetime import date

import pytest

from indexer.connectors.written_dates import found


@pytest.mark.parametrize(
    "text",
    [
        "on Mar 03, 2025", "on March 3, 2025", "on 03 Mar, 2025", "on 3 March 2025", "on 03-Mar-2025", "on 2025-03-03", "am Mär 03, 2025",
        "am Mrz. 03, 2025", "am März 3, 2025", "am 3. März 2025", "am 03.03.2025", "am 3. 3. 2025", "on MAR 03, 2025 09:12",
    ],
)  # fmt: skip
def test_a_day_is_read_as_english_and_german_programs_write_it(text: str) -> None:
    assert found(text) == (3, date(2025, 3, 3))


@pytest.mark.parametrize(
    ("text", "day"),
    [("Jänner 1, 2024", date(2024, 1, 1)), ("Dez 24, 2023", date(2023, 12, 24)), ("31. Mai 2024", date(2024, 5, 31))],
)
def test_months_are_those_of_the_calendar(text: str, day: date) -> None:
    assert found(text) == (0, day)


@pytest.mark.parametrize(
    "text",
    [
        "03/04/2025", "04/Mar/25", "févr. 03, 2025", "六月 04, 2021", "Feb 30, 2025", "32.01.2025", "03.13.2025", "Mar 2025", "yesterday",
        "Mar 03, 20255", "103.03.2025", "0000-01-01", "",
    ],
)  # fmt: skip
def test_what_could_only_be_guessed_is_not_read(text: str) -> None:
    assert found(text) is None
