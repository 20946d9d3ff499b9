"""Logs: one JSON object a line on stderr. Never the question, a name, a path with an id in it, or a key."""

import logging
import sys

import structlog

QUIET = ("flask-limiter", "flask_wtf.csrf", "sentence_transformers", "transformers")


def configure(*, as_json: bool = True) -> None:
    """Send our own and the libraries' logs to stderr: as JSON for the service, as plain lines for commands."""
    shared: list[structlog.typing.Processor] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    end = structlog.processors.JSONRenderer() if as_json else structlog.processors.KeyValueRenderer(key_order=["event"])
    structlog.configure(
        processors=[*shared, end],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setLevel(logging.WARNING)  # some libraries turn their own debugging on
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=[_plain, end]))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    for name in QUIET:  # they write who asked, or what
        logging.getLogger(name).setLevel(logging.CRITICAL)


def _plain(_logger: object, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Drop what structlog carries along, and tracebacks: their messages may quote a question."""
    error = event.pop("exc_info", None)
    if isinstance(error, tuple) and error[0] is not None:
        event["error"] = error[0].__name__
    return {name: value for name, value in event.items() if not name.startswith("_")}
