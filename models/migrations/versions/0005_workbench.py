"""The recruiter workbench and the audit chain"""

from alembic import op
import sqlalchemy as sa

revision = '0005'
down_revision = '0004'

NUMBER = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    """Apply."""
    op.create_table('pseudonym',
    sa.Column('public_id', sa.Text(), nullable=False),
    sa.Column('key', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('public_id', name=op.f('pk_pseudonym'))
    )
    op.create_table('audit_chain',
    sa.Column('id', NUMBER, nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.Column('actor', sa.Text(), nullable=False),
    sa.Column('action', sa.Text(), nullable=False),
    sa.Column('detail', sa.Text(), nullable=False),
    sa.Column('generation', sa.Text(), nullable=False),
    sa.Column('request_id', sa.Text(), nullable=False),
    sa.Column('purpose', sa.Text(), nullable=False),
    sa.Column('salt', sa.Text(), nullable=False),
    sa.Column('seal', sa.Text(), nullable=False),
    sa.Column('previous', sa.Text(), nullable=False),
    sa.Column('hash', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_chain')),
    sa.UniqueConstraint('previous', name=op.f('uq_audit_chain_previous'))
    )
    op.create_table('workbench_search',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('owner', sa.Text(), nullable=False),
    sa.Column('purpose', sa.Text(), nullable=False),
    sa.Column('description', sa.Text(), nullable=False),
    sa.Column('created', sa.DateTime(), nullable=False),
    sa.Column('blind', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_workbench_search'))
    )
    op.create_index(op.f('ix_workbench_search_owner'), 'workbench_search', ['owner'])
    op.create_table('workbench_requirement',
    sa.Column('search_id', sa.Text(), nullable=False),
    sa.Column('position', NUMBER, nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('weight', NUMBER, nullable=False),
    sa.Column('must', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['search_id'], ['workbench_search.id'],
                            name=op.f('fk_workbench_requirement_search_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('search_id', 'position', name=op.f('pk_workbench_requirement'))
    )
    op.create_table('workbench_candidate',
    sa.Column('search_id', sa.Text(), nullable=False),
    sa.Column('person_id', NUMBER, nullable=False),
    sa.Column('number', NUMBER, nullable=False),
    sa.ForeignKeyConstraint(['search_id'], ['workbench_search.id'],
                            name=op.f('fk_workbench_candidate_search_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'],
                            name=op.f('fk_workbench_candidate_person_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('search_id', 'person_id', name=op.f('pk_workbench_candidate'))
    )
    op.create_index(op.f('ix_workbench_candidate_person_id'), 'workbench_candidate', ['person_id'])
    op.create_table('workbench_decision',
    sa.Column('id', NUMBER, nullable=False),
    sa.Column('search_id', sa.Text(), nullable=False),
    sa.Column('person_id', NUMBER, nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.Column('stage', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['search_id'], ['workbench_search.id'],
                            name=op.f('fk_workbench_decision_search_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'],
                            name=op.f('fk_workbench_decision_person_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_workbench_decision'))
    )
    op.create_index(op.f('ix_workbench_decision_search_id'), 'workbench_decision', ['search_id'])
    op.create_index(op.f('ix_workbench_decision_person_id'), 'workbench_decision', ['person_id'])


def downgrade() -> None:
    """Take back."""
    for table in ('workbench_decision', 'workbench_candidate', 'workbench_requirement', 'workbench_search', 'audit_chain', 'pseudonym'):
        op.drop_table(table)
