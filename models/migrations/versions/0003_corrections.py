"""What people correct about themselves, and what colleagues confirm"""

from alembic import op
import sqlalchemy as sa

revision = '0003'
down_revision = '0002'

NUMBER = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    """Apply."""
    op.create_table('correction',
    sa.Column('id', NUMBER, nullable=False),
    sa.Column('person_id', NUMBER, nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('value', sa.Text(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('created', sa.DateTime(), nullable=False),
    sa.Column('undone', sa.DateTime(), nullable=True),
    sa.Column('access_revision', NUMBER, nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_correction_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_correction'))
    )
    with op.batch_alter_table('correction', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_correction_person_id'), ['person_id'], unique=False)
    op.create_table('endorsement',
    sa.Column('person_id', NUMBER, nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('endorser_id', NUMBER, nullable=False),
    sa.Column('created', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['endorser_id'], ['person.id'], name=op.f('fk_endorsement_endorser_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_endorsement_person_id')),
    sa.PrimaryKeyConstraint('person_id', 'name', 'endorser_id', name=op.f('pk_endorsement'))
    )
    with op.batch_alter_table('endorsement', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_endorsement_endorser_id'), ['endorser_id'], unique=False)


def downgrade() -> None:
    """Undo."""
    op.drop_table('endorsement')
    op.drop_table('correction')
