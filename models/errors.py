"""Every failure the product names: what happened, and what the person who meets it can do."""


class FinderError(Exception):
    """Base of all named errors.

    `what` is a sentence saying what happened and where; `remedy` one saying what to do about it.
    """

    def __init__(self, what: str, remedy: str = "") -> None:
        super().__init__(what if not remedy else f"{what} {remedy}")
        self.what = what
        self.remedy = remedy


class SettingsError(FinderError):
    """A setting is missing, malformed or contradicts another."""


class SourceError(FinderError):
    """A source cannot be found, read or recognised."""


class IdentityConflict(FinderError):
    """Two people cannot be made one, or one two, in the way that was asked for."""


class DeletionsHeld(SourceError):
    """A listing came back so much shorter than before that nothing was deleted without a person's word."""


class WideningsHeld(SourceError):
    """A source lets more people read documents than before, which waits for a person's word."""


class DatabaseUnavailable(FinderError):
    """The database is locked, frozen, full or out of reach."""


class SchemaMismatch(FinderError):
    """The database was written by an older or newer version of the product."""


class StorageFull(FinderError):
    """The disk that holds FINDER_HOME has no space left."""


class IndexerBusy(FinderError):
    """Another indexer is writing to the same home."""


class GenerationMissing(FinderError):
    """Nothing has been indexed yet."""


class GenerationDamaged(FinderError):
    """A file of a generation is missing, changed or of another format."""


class EncoderMismatch(FinderError):
    """The configured encoder is not the one that the generation was built with."""


class EncoderUntrusted(FinderError):
    """The weights of an encoder are missing or differ from their published checksum."""


class InvalidQuery(FinderError):
    """The question, a filter or a paging value cannot be used."""


class PushTooLarge(InvalidQuery):
    """A push holds more records or bytes than one push may."""


class IdempotencyConflict(InvalidQuery):
    """An Idempotency-Key was used before for something else."""


class SourceTaken(InvalidQuery):
    """Records were pushed to a source that the indexer reads by itself."""


class NameTaken(InvalidQuery):
    """The identity provider gave a user the userName of another."""


class InboxFull(FinderError):
    """So many pushed records wait for the indexer that no more are accepted."""


class InvalidCursor(InvalidQuery):
    """A cursor was not issued by this service or belongs to another question."""


class CursorGone(FinderError):
    """A cursor's generation is no longer kept."""


class NotFound(FinderError):
    """The thing does not exist, or the asker may not know that it does."""


class ExtraMissing(FinderError):
    """What was asked for needs a part of the product that is installed on request."""


class Unauthenticated(FinderError):
    """Nobody, or nobody we know, is asking."""


class SignInRefused(Unauthenticated):
    """The sign-in did not come to its end, or what the provider answered cannot be believed."""


class ProviderUnavailable(FinderError):
    """The organisation's sign-in does not answer, or not as it should."""


class Forbidden(FinderError):
    """The asker is known and may not do this."""
