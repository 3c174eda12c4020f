"""Stations, devices and leases; slips and messages that wait for a device."""

import sqlalchemy as sa
from alembic import op

from hallclient.storage import columns

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Bring the tables to this version."""
    op.create_table(
        "device",
        sa.Column("hall_id", sa.Text(), nullable=False),
        sa.Column("station", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("profile", sa.Text(), nullable=False),
        sa.Column("port", sa.Text(), nullable=False),
        sa.Column("window_code", sa.Text(), nullable=False),
        sa.Column("trouble", sa.Text(), nullable=False),
        sa.Column("paper_left", sa.Integer(), nullable=True),
        sa.Column("since", columns.UtcDateTime(), nullable=False),
        sa.Column("seen_at", columns.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("hall_id", "station", "name", name=op.f("pk_device")),
    )
    op.create_table(
        "lease",
        sa.Column("hall_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("taken_at", columns.UtcDateTime(), nullable=False),
        sa.Column("until", columns.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("hall_id", "name", name=op.f("pk_lease")),
    )
    op.create_table(
        "print_job",
        sa.Column("hall_id", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("station", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("slip", columns.JsonText(), nullable=False),
        sa.Column("made_at", columns.UtcDateTime(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("finished_at", columns.UtcDateTime(), nullable=True),
        sa.Column("trouble", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["hall_id"], ["hall.hall_id"], name=op.f("fk_print_job_hall_id_hall")
        ),
        sa.PrimaryKeyConstraint("hall_id", "id", name=op.f("pk_print_job")),
    )
    op.create_index(
        "ix_print_job_open",
        "print_job",
        ["hall_id", "station", "id"],
        unique=False,
        sqlite_where=sa.text("state IN ('waiting', 'printing')"),
        postgresql_where=sa.text("state IN ('waiting', 'printing')"),
    )
    op.create_table(
        "contact",
        sa.Column("hall_id", sa.Text(), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("made_at", columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["hall_id", "ticket_id"],
            ["ticket.hall_id", "ticket.id"],
            name=op.f("fk_contact_hall_id_ticket_id_ticket"),
        ),
        sa.ForeignKeyConstraint(
            ["hall_id"], ["hall.hall_id"], name=op.f("fk_contact_hall_id_hall")
        ),
        sa.PrimaryKeyConstraint("hall_id", "ticket_id", name=op.f("pk_contact")),
    )
    op.create_table(
        "message",
        sa.Column("hall_id", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("made_at", columns.UtcDateTime(), nullable=False),
        sa.Column("not_before", columns.UtcDateTime(), nullable=False),
        sa.Column("expires_at", columns.UtcDateTime(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("sent_at", columns.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["hall_id", "ticket_id"],
            ["ticket.hall_id", "ticket.id"],
            name=op.f("fk_message_hall_id_ticket_id_ticket"),
        ),
        sa.ForeignKeyConstraint(
            ["hall_id"], ["hall.hall_id"], name=op.f("fk_message_hall_id_hall")
        ),
        sa.PrimaryKeyConstraint("hall_id", "id", name=op.f("pk_message")),
        sa.UniqueConstraint(
            "hall_id", "ticket_id", "event", name=op.f("uq_message_hall_id_ticket_id_event")
        ),
    )
    op.create_index(
        "ix_message_open",
        "message",
        ["hall_id", "id"],
        unique=False,
        sqlite_where=sa.text("state IN ('waiting', 'sending')"),
        postgresql_where=sa.text("state IN ('waiting', 'sending')"),
    )
    op.create_index("ix_case_turn", "case_record", ["hall_id", "turn_id"], unique=False)
    op.add_column(
        "ticket", sa.Column("station", sa.Text(), server_default=sa.text("''"), nullable=False)
    )
    op.create_index(
        "ix_ticket_undelivered",
        "ticket",
        ["hall_id", "station", "id"],
        unique=False,
        sqlite_where=sa.text("status = 'waiting' AND delivered_at IS NULL"),
        postgresql_where=sa.text("status = 'waiting' AND delivered_at IS NULL"),
    )
    op.create_index(
        "ix_turn_asked",
        "turn",
        ["hall_id", "rating_asked_at"],
        unique=False,
        sqlite_where=sa.text("rating_asked_at IS NOT NULL"),
        postgresql_where=sa.text("rating_asked_at IS NOT NULL"),
    )
    op.create_index("ix_turn_ticket", "turn", ["hall_id", "ticket_id"], unique=False)


def downgrade() -> None:
    """Bring the tables back to the version before."""
    op.drop_index("ix_turn_ticket", table_name="turn")
    op.drop_index(
        "ix_turn_asked",
        table_name="turn",
        sqlite_where=sa.text("rating_asked_at IS NOT NULL"),
        postgresql_where=sa.text("rating_asked_at IS NOT NULL"),
    )
    op.drop_index(
        "ix_ticket_undelivered",
        table_name="ticket",
        sqlite_where=sa.text("status = 'waiting' AND delivered_at IS NULL"),
        postgresql_where=sa.text("status = 'waiting' AND delivered_at IS NULL"),
    )
    op.drop_column("ticket", "station")
    op.drop_index("ix_case_turn", table_name="case_record")
    op.drop_index(
        "ix_message_open",
        table_name="message",
        sqlite_where=sa.text("state IN ('waiting', 'sending')"),
        postgresql_where=sa.text("state IN ('waiting', 'sending')"),
    )
    op.drop_table("message")
    op.drop_table("contact")
    op.drop_index(
        "ix_print_job_open",
        table_name="print_job",
        sqlite_where=sa.text("state IN ('waiting', 'printing')"),
        postgresql_where=sa.text("state IN ('waiting', 'printing')"),
    )
    op.drop_table("print_job")
    op.drop_table("lease")
    op.drop_table("device")
