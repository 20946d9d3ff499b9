"""In which time zone a person works"""

from alembic import op
import sqlalchemy as sa

revision = '0008'
down_revision = '0007'

SAID = sa.table(
    'scim_resource',
    sa.column('kind', sa.Text()),
    sa.column('content', sa.Text()),
    sa.column('taken', sa.Integer()),
    sa.column('deleted', sa.Boolean()),
)


def upgrade() -> None:
    """Apply."""
    op.add_column('person', sa.Column('timezone', sa.Text(), nullable=True))
    # An identity provider does not repeat what it said: whom it gave a time zone is taken in anew.
    known = (SAID.c.kind == 'User', SAID.c.content.contains('"timezone"'), SAID.c.taken > 0, ~SAID.c.deleted)
    op.execute(SAID.update().where(*known).values(taken=SAID.c.taken - 1))
