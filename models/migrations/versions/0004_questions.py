"""Words of questions that found no answer"""

from alembic import op
import sqlalchemy as sa

revision = '0004'
down_revision = '0003'


def upgrade() -> None:
    """Apply."""
    op.create_table('asked_question',
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('asker', sa.Text(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.PrimaryKeyConstraint('words', 'asker', name=op.f('pk_asked_question'))
    )
    op.create_index(op.f('ix_asked_question_day'), 'asked_question', ['day'], unique=False)
