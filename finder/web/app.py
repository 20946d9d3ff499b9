"""The web application: settings and a finder in, a WSGI application out. Everything it stands on is passed, nothing is looked up."""

from pathlib import Path
from urllib.parse import urlsplit

from apiflask import APIFlask
from flask import request
from flask_babel import Babel

from finder.service import Finder
from finder.web.api import create_api
from finder.web.auth import Identity
from finder.web.cards import create_cards
from finder.web.cursors import Cursors
from finder.web.explore_api import create_explore_api
from finder.web.explore_pages import create_explore
from finder.web.gate import Gate
from finder.web.metrics import Metrics
from finder.web.notes import create_notes
from finder.web.oidc import Provider
from finder.web.openapi import describe
from finder.web.operation import create_operation
from finder.web.pages import create_pages
from finder.web.problems import register
from finder.web.protection import Prefixed
from finder.web.records import create_records
from finder.web.scim import create_scim
from finder.web.signing import create_signing
from finder.web.sources import create_sources
from finder.web.workbench.pages import create_workbench
from finder.workbench.desk import Desk
from models.secret import installation_secret
from models.settings import Settings

LARGEST_BODY = 256 * 1024  # bytes
TRANSLATIONS = Path(__file__).parent / "translations"


def create_app(settings: Settings, finder: Finder) -> APIFlask:
    """Return the application. Raises SettingsError where identity is half configured."""
    app = APIFlask(
        "finder.web",
        title="Expertise finder",
        version="1",
        spec_path=None,
        docs_path=None,
        json_errors=False,
        static_folder=None,  # type: ignore[arg-type]
    )
    app.config.update(
        SECRET_KEY=installation_secret(settings),
        MAX_CONTENT_LENGTH=LARGEST_BODY,
        OPENAPI_VERSION="3.1.0",
        SEND_FILE_MAX_AGE_DEFAULT=60,  # seconds: from page to page styles and scripts are not asked for again
        SESSION_COOKIE_NAME="finder",
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SECURE=settings.public_url.startswith("https://"),
        SESSION_COOKIE_PATH=urlsplit(settings.public_url).path.rstrip("/") or "/",
    )
    # Ids may hold slashes; two of them in a row are not a mistake to be redirected away.
    app.url_map.merge_slashes = False
    app.wsgi_app = Prefixed(app.wsgi_app)  # type: ignore[method-assign]
    _translate(app)
    metrics = Metrics(finder)
    identity = Identity(settings, finder)
    Gate(app, settings, finder, identity, metrics)
    register(app)
    app.register_blueprint(create_api(finder, Cursors.of(settings), identity))
    app.register_blueprint(create_operation(finder, metrics, settings))
    app.register_blueprint(create_records(finder))
    app.register_blueprint(create_scim(finder))
    app.register_blueprint(create_sources(finder))
    app.register_blueprint(create_notes(finder))
    app.register_blueprint(create_pages(finder, settings))
    app.register_blueprint(create_cards(finder, settings))
    if settings.oidc_issuer:
        app.register_blueprint(create_signing(finder, Provider(app, settings), settings))
    app.register_blueprint(create_explore_api(finder))
    app.register_blueprint(create_explore(finder))
    if settings.recruiter_group:
        app.register_blueprint(create_workbench(Desk(finder, installation_secret(settings), settings.workbench_days)))
    app.spec_processor(describe)
    return app


def _translate(app: APIFlask) -> None:
    """Speak the reader's language, as far as there is a translation."""
    languages = ["en", *sorted(folder.name for folder in TRANSLATIONS.iterdir() if folder.is_dir())] if TRANSLATIONS.is_dir() else ["en"]
    Babel(
        app, default_translation_directories=str(TRANSLATIONS), locale_selector=lambda: request.accept_languages.best_match(languages, "en")
    )
