from pathlib import Path

import pytest

from models.errors import SettingsError
from models.settings import load_settings


def test_settings_are_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FINDER_THREADS", "3")
    monkeypatch.setenv("FINDER_HOSTS", "search.example.org, localhost ,")
    found = load_settings()
    assert found.threads == 3
    assert found.hosts == ("search.example.org", "localhost")


def test_half_lives_are_given_source_by_source(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FINDER_SOURCE_HALF_LIVES", "wiki=2000, chat=90")
    assert load_settings().source_half_lives == (("chat", 90.0), ("wiki", 2000.0))


def test_what_is_passed_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FINDER_ENCODER", "other")
    assert load_settings(encoder="default").encoder == "default"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("THREADS", "0"),
        ("THREADS", "many"),
        ("HALF_LIFE_DAYS", "0"),
        ("SOURCE_HALF_LIVES", "wiki"),
        ("SOURCE_HALF_LIVES", "wiki=0"),
        ("REQUESTS_PER_MINUTE", "-1"),
    ],
)
def test_an_unusable_setting_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"FINDER_{name}", value)
    with pytest.raises(SettingsError, match=f"FINDER_{name} "):
        load_settings()


def test_secrets_are_not_printed() -> None:
    assert "hush" not in repr(load_settings(secret_key="hush", proxy_secret="hush"))


def test_the_database_is_inside_the_home_unless_another_is_named(tmp_path: Path) -> None:
    assert load_settings(home=tmp_path).database == f"sqlite:///{tmp_path / 'finder.db'}"
    assert load_settings(home=tmp_path, database_url="postgresql://db.example.org/finder").database == "postgresql://db.example.org/finder"


def test_settings_cannot_be_changed_afterwards() -> None:
    with pytest.raises(ValueError, match="frozen"):
        load_settings().threads = 2
