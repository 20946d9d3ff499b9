"""Invented descriptions and the requirements that are read out of them."""

import time
from pathlib import Path

import numpy as np
import pytest

from finder.workbench.requirements import Requirement, asked, distinct, proposed, unfair
from models.analyzer import Analyzer
from models.encoder import load_encoder
from models.settings import load_settings

ANALYZER = Analyzer()

ENGINEER = """Senior Firmware Engineer (m/f/d)

We are a company of 60 people that makes pump controllers.

Your tasks:
- Design and operate the over-the-air update chain for battery-powered sensors
- Low-power radio: LTE-M, NB-IoT and antenna matching
- Write bootloaders and keep them boring

Requirements:
- 5+ years of experience with embedded C and real-time operating systems
- Solid knowledge of oscillators, timekeeping and clock drift
- Must: secure boot

Nice to have:
- Rust
- Experience in a climate chamber is a plus

We offer:
- Competitive salary of 60,000 EUR per year
- 30 days of holidays and free fruit

We are an equal opportunity employer and decide regardless of age or origin.
"""
PAYROLL = """Projekt: Umstieg auf eine neue Lohnabrechnung

Ihre Aufgaben
• Monatsabschluss der Lohnabrechnung und Abstimmung mit der Buchhaltung
• Schnittstellen zwischen Zeiterfassung und Abrechnung betreuen

Ihr Profil
• Mindestens 3 Jahre Erfahrung mit SAP HCM
• Sehr gute Kenntnisse in Datenschutz, Arbeitsrecht sowie Betriebsvereinbarungen
• Erfahrung mit Hard- und Softwarebeschaffung
• Französisch wünschenswert

Wir bieten
• Gehalt ab 4.000 € brutto
• Obstkorb und Homeoffice

Wir freuen uns auf Ihre Bewerbung an jobs@example.com.
"""
PROSE = """We need someone who knows flood alarms, text messaging gateways and how to run an incident review. The person should also
understand data protection requests. You are a young native speaker of German. Apply now with your CV."""
NOTES = "postgres tuning; query plans; backups"
GERMAN_PROSE = "Wir suchen jemanden, der Flutwarnungen und SMS-Gateways kennt. Kenntnisse in Kubernetes sind zwingend erforderlich."


def read(text: str) -> list[str]:
    """Requirements as `text`, with `!` for a must and `~` for what counts less."""
    marks = {(True, 2): "!", (False, 1): "~", (False, 2): ""}
    return [marks[held.must, held.weight] + held.text for held in proposed(text, ANALYZER)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            ENGINEER,
            [
                "Design and operate the over-the-air update chain for battery-powered sensors",
                "Low-power radio", "LTE-M", "NB-IoT", "antenna matching",
                "Write bootloaders and keep them boring",
                "5+ years of experience with embedded C", "real-time operating systems",
                "oscillators", "timekeeping", "clock drift",
                "!secure boot", "~Rust", "~climate chamber",
            ],
        ),
        (
            PAYROLL,
            [
                "Umstieg auf eine neue Lohnabrechnung",
                "Monatsabschluss der Lohnabrechnung", "Abstimmung mit der Buchhaltung",
                "Schnittstellen zwischen Zeiterfassung und Abrechnung betreuen",
                "Mindestens 3 Jahre Erfahrung mit SAP HCM",
                "Datenschutz", "Arbeitsrecht", "Betriebsvereinbarungen",
                "Hard- und Softwarebeschaffung", "~Französisch",
            ],
        ),
        (PROSE, ["flood alarms", "text messaging gateways", "how to run an incident review", "data protection requests"]),
        (NOTES, ["postgres tuning", "query plans", "backups"]),
        (GERMAN_PROSE, ["Flutwarnungen", "SMS-Gateways", "!Kubernetes"]),
        ("We offer a pension and free coffee.", []),
        ("", []),
    ],
    ids=["engineer", "payroll", "prose", "notes", "german prose", "boilerplate", "nothing"],
)  # fmt: skip
def test_a_description_is_read_into_requirements(text: str, expected: list[str]) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    "text", ["and " * 5_000, "good " * 4_000, "(" * 10_000 + ")" * 10_000, "you will have " * 1_400, "a" + " " * 19_990 + "b"]
)
def test_no_description_takes_long(text: str) -> None:
    ANALYZER.sentences("loads the tokenizer")
    begun = time.perf_counter()
    proposed(text, ANALYZER)
    assert time.perf_counter() - begun < 20


def test_what_is_said_twice_counts_once_and_keeps_the_must() -> None:
    assert read("- payroll\n- secure boot\n- Must: payroll") == ["!payroll", "secure boot"]


def test_requirements_that_mean_the_same_are_one_and_musts_survive_the_bound() -> None:
    found = [Requirement("a"), Requirement("b", 1), Requirement("a again", 3, must=True), Requirement("c"), Requirement("d", 1)]
    vectors = np.eye(4, dtype=np.float32)[[0, 1, 0, 2, 3]]
    assert distinct(found, vectors) == (Requirement("a", 3, must=True), Requirement("b", 1), Requirement("c"), Requirement("d", 1))
    assert distinct(found, vectors, most=2) == (Requirement("a", 3, must=True), Requirement("c"))


def test_the_real_encoder_tells_the_same_from_the_different(tmp_path: Path) -> None:
    texts = ["payroll closing", "closing the payroll", "flood alarms", "secure boot", "timekeeping", "clock drift"]
    vectors = load_encoder(load_settings(home=tmp_path)).encode(texts)
    kept = [held.text for held in distinct([Requirement(text) for text in texts], vectors)]
    assert kept == ["payroll closing", "flood alarms", "secure boot", "timekeeping", "clock drift"]


def test_no_more_than_twelve_are_kept() -> None:
    found = [Requirement(f"thing {n}", must=n == 19) for n in range(20)]
    kept = distinct(found, np.eye(20, dtype=np.float32))
    assert len(kept) == 12
    assert kept[-1].text == "thing 19"


@pytest.mark.parametrize(
    ("text", "looked_for"),
    [
        ("5+ years of experience with embedded C", "embedded C"),
        ("Mindestens 3 Jahre Erfahrung mit SAP HCM", "SAP HCM"),
        ("10 years", "10 years"),
        ("pumps of 5 bar", "pumps of 5 bar"),
    ],
)
def test_years_are_shown_and_never_looked_for(text: str, looked_for: str) -> None:
    assert asked(text, ANALYZER) == looked_for


@pytest.mark.parametrize(
    "text", ["native English speaker", "young professionals", "under 30 years old", "verheiratet", "Muttersprache Deutsch"]
)
def test_what_may_not_decide_is_recognised(text: str) -> None:
    assert unfair(text)


@pytest.mark.parametrize("text", ["male connectors", "the age of pipes", "race conditions", "gender pay gap report", "accessibility"])
def test_what_only_sounds_like_it_is_not(text: str) -> None:
    assert not unfair(text)
