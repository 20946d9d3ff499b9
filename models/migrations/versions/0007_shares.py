"""How much of the work on a document was whose"""

from alembic import op
import sqlalchemy as sa

revision = '0007'
down_revision = '0006'


def upgrade() -> None:
    """Apply."""
    op.add_column('authorship', sa.Column('share', sa.Float(), nullable=True))
