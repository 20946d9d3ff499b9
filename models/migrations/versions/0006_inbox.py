"""What is sent to the service, decisions on who is who, and what a run waits for"""

from alembic import op
import sqlalchemy as sa

revision = '0006'
down_revision = '0005'


def upgrade() -> None:
    """Apply."""
    number = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
    op.create_table('job',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('actor', sa.Text(), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('idempotency_key', sa.Text(), nullable=True),
    sa.Column('digest', sa.LargeBinary(), nullable=False),
    sa.Column('created', sa.DateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_job'))
    )
    op.create_index('ix_job_actor_idempotency_key', 'job', ['actor', 'idempotency_key'], unique=True)
    op.create_index('ix_job_source', 'job', ['source'], unique=False)
    op.create_table('inbox',
    sa.Column('id', number, nullable=False),
    sa.Column('job_id', sa.Text(), nullable=False),
    sa.Column('position', number, nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.Column('fate', sa.Text(), nullable=False),
    sa.Column('record', sa.Text(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['job_id'], ['job.id'], name=op.f('fk_inbox_job_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_inbox'))
    )
    op.create_index('ix_inbox_job_id', 'inbox', ['job_id'], unique=False)
    op.create_index('ix_inbox_fate', 'inbox', ['fate'], unique=False)
    op.create_table('scim_resource',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('user_name', sa.Text(), nullable=True),
    sa.Column('display_name', sa.Text(), nullable=True),
    sa.Column('external_id', sa.Text(), nullable=True),
    sa.Column('keys', sa.JSON(), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('content', sa.Text(), nullable=False),
    sa.Column('created', sa.DateTime(), nullable=False),
    sa.Column('modified', sa.DateTime(), nullable=False),
    sa.Column('revision', number, nullable=False),
    sa.Column('taken', number, nullable=False),
    sa.Column('deleted', sa.Boolean(), nullable=False),
    sa.Column('public_id', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_scim_resource')),
    sa.UniqueConstraint('user_name', name=op.f('uq_scim_resource_user_name'))
    )
    op.create_index('ix_scim_resource_display_name', 'scim_resource', ['display_name'], unique=False)
    op.create_index('ix_scim_resource_external_id', 'scim_resource', ['external_id'], unique=False)
    op.create_table('decision',
    sa.Column('id', number, nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.Column('actor', sa.Text(), nullable=False),
    sa.Column('action', sa.Text(), nullable=False),
    sa.Column('person', sa.Text(), nullable=False),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('keys', sa.JSON(), nullable=False),
    sa.Column('before', sa.Text(), nullable=False),
    sa.Column('undone', sa.DateTime(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_decision'))
    )
    op.add_column('source', sa.Column('stated', sa.Text(), nullable=True))
    op.add_column('run', sa.Column('problem', sa.Text(), nullable=True))
    op.add_column('identity', sa.Column('decided', sa.Boolean(), nullable=False, server_default=sa.false()))
