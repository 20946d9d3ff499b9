"""How a command ends: the exit codes of both programs, and a named error in two lines instead of a traceback."""

import sys
from typing import NoReturn

import click

from models.errors import FinderError

FAILED = 1
QUARANTINED = 3
INTERRUPTED = 130


def run(commands: click.Group) -> NoReturn:
    """Run the command that was typed and exit with its code; 2 is click's own for a command typed wrong."""
    try:
        code = commands.main(standalone_mode=False)
    except click.exceptions.Abort:
        sys.exit(INTERRUPTED)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except FinderError as error:
        click.echo("\n".join(part for part in (error.what, error.remedy) if part), err=True)
        sys.exit(FAILED)
    sys.exit(code if isinstance(code, int) else 0)
