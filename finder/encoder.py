"""What turns questions into vectors: the encoder that the indexer exported where that is sound, else the model itself."""

import structlog

from models.encoder import SentenceEncoder, load_encoder
from models.errors import EncoderUntrusted
from models.exported import OnnxEncoder, place, verify
from models.settings import Settings

EXPORTED, ITSELF = "exported, without torch", "the model itself, with torch"


def question_encoder(settings: Settings) -> OnnxEncoder | SentenceEncoder:
    """Return the encoder that answers; an exported one is loaded already, a damaged one logged and passed over.

    Raises EncoderUntrusted where the configured encoder itself cannot be found or trusted.
    """
    model = load_encoder(settings)
    folder = place(settings.home, model.identity)
    if not folder.exists():
        return model
    exported = OnnxEncoder(folder, model.identity, settings.threads)
    try:
        exported.load()
    except EncoderUntrusted as error:
        structlog.get_logger().warning("exported encoder refused", reason=error.what, remedy=error.remedy)
        return model
    return exported


def describe(settings: Settings) -> str:
    """Return the encoder's name and which form of it encodes questions. Raises EncoderUntrusted, also for a damaged export."""
    identity = load_encoder(settings).identity
    folder = place(settings.home, identity)
    if not folder.exists():
        return f"{identity.name}; questions are encoded by {ITSELF}"
    verify(folder)
    return f"{identity.name}; questions are encoded by it {EXPORTED}"
