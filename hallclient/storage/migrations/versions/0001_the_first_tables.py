"""The first tables."""

import sqlalchemy as sa
from alembic import op

from hallclient.storage import columns

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Bring the tables to this version."""
    op.create_table(
        "hall",
        sa.Column("hall_id", sa.Text(), nullable=False),
        sa.Column("name", columns.JsonText(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("follow_url", sa.Text(), nullable=False),
        sa.Column("desk", columns.JsonText(), nullable=False),
        sa.Column("rules", columns.JsonText(), nullable=False),
        sa.Column("plan_version", sa.BigInteger(), nullable=False),
        sa.Column("next_id", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("last_at", columns.UtcDateTime(), nullable=False),
        sa.Column("head", sa.Text(), nullable=False),
        sa.Column("open_day", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("hall_id", name=op.f("pk_hall")),
    )
    op.create_table(
        "listener",
        sa.Column("hall_id", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("port", sa.Integer(), nullable=False),
        sa.Column("cookie", sa.LargeBinary(), nullable=False),
        sa.Column("scopes", columns.JsonText(), nullable=False),
        sa.Column("seen_at", columns.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("hall_id", "id", name=op.f("pk_listener")),
    )
    op.create_table(
        "business_day",
        sa.Column("hall_id", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("opened_at", columns.UtcDateTime(), nullable=False),
        sa.Column("closed_at", columns.UtcDateTime(), nullable=True),
        sa.Column("head", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["hall_id"], ["hall.hall_id"], name=op.f("fk_business_day_hall_id_hall")
        ),
        sa.PrimaryKeyConstraint("hall_id", "day", name=op.f("pk_business_day")),
    )
    op.create_table(
        "calendar",
        sa.Column("hall_id", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("working", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["hall_id"], ["hall.hall_id"], name=op.f("fk_calendar_hall_id_hall")
        ),
        sa.PrimaryKeyConstraint("hall_id", "id", name=op.f("pk_calendar")),
        sa.UniqueConstraint("hall_id", "code", name=op.f("uq_calendar_hall_id_code")),
    )
    op.create_table(
        "counter",
        sa.Column("hall_id", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["hall_id"], ["hall.hall_id"], name=op.f("fk_counter_hall_id_hall")
        ),
        sa.PrimaryKeyConstraint("hall_id", "day", "name", name=op.f("pk_counter")),
    )
    op.create_table(
        "department",
        sa.Column("hall_id", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("name", columns.JsonText(), nullable=False),
        sa.Column("icon", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["hall_id"], ["hall.hall_id"], name=op.f("fk_department_hall_id_hall")
        ),
        sa.PrimaryKeyConstraint("hall_id", "id", name=op.f("pk_department")),
        sa.UniqueConstraint("hall_id", "code", name=op.f("uq_department_hall_id_code")),
    )
    op.create_table(
        "journal",
        sa.Column("hall_id", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", columns.UtcDateTime(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("zone_code", sa.Text(), nullable=False),
        sa.Column("window_code", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("data", columns.JsonText(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["hall_id"], ["hall.hall_id"], name=op.f("fk_journal_hall_id_hall")
        ),
        sa.PrimaryKeyConstraint("hall_id", "seq", name=op.f("pk_journal")),
    )
    op.create_table(
        "notice",
        sa.Column("hall_id", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("text", columns.JsonText(), nullable=False),
        sa.Column("title", columns.JsonText(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("zones", columns.JsonText(), nullable=False),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.hall_id"], name=op.f("fk_notice_hall_id_hall")),
        sa.PrimaryKeyConstraint("hall_id", "id", name=op.f("pk_notice")),
        sa.UniqueConstraint("hall_id", "code", name=op.f("uq_notice_hall_id_code")),
    )
    op.create_table(
        "queue",
        sa.Column("hall_id", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("name", columns.JsonText(), nullable=False),
        sa.Column("series", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("ceiling_minutes", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.hall_id"], name=op.f("fk_queue_hall_id_hall")),
        sa.PrimaryKeyConstraint("hall_id", "id", name=op.f("pk_queue")),
        sa.UniqueConstraint("hall_id", "code", name=op.f("uq_queue_hall_id_code")),
    )
    op.create_table(
        "series",
        sa.Column("hall_id", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("digits", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.hall_id"], name=op.f("fk_series_hall_id_hall")),
        sa.PrimaryKeyConstraint("hall_id", "id", name=op.f("pk_series")),
        sa.UniqueConstraint("hall_id", "code", name=op.f("uq_series_hall_id_code")),
    )
    op.create_table(
        "service",
        sa.Column("hall_id", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("name", columns.JsonText(), nullable=False),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("queue", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("hint", columns.JsonText(), nullable=False),
        sa.Column("legal_days", sa.BigInteger(), nullable=False),
        sa.Column("promised_days", sa.BigInteger(), nullable=False),
        sa.Column("minutes", sa.Float(), nullable=False),
        sa.Column("aliases", columns.JsonText(), nullable=False),
        sa.Column("initials", columns.JsonText(), nullable=False),
        sa.Column("materials", columns.JsonText(), nullable=False),
        sa.Column("common", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["hall_id"], ["hall.hall_id"], name=op.f("fk_service_hall_id_hall")
        ),
        sa.PrimaryKeyConstraint("hall_id", "id", name=op.f("pk_service")),
        sa.UniqueConstraint("hall_id", "code", name=op.f("uq_service_hall_id_code")),
    )
    op.create_table(
        "service_window",
        sa.Column("hall_id", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("ranks", columns.JsonText(), nullable=False),
        sa.Column("department", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["hall_id"], ["hall.hall_id"], name=op.f("fk_service_window_hall_id_hall")
        ),
        sa.PrimaryKeyConstraint("hall_id", "id", name=op.f("pk_service_window")),
        sa.UniqueConstraint("hall_id", "code", name=op.f("uq_service_window_hall_id_code")),
    )
    op.create_table(
        "session_hours",
        sa.Column("hall_id", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("weekday", sa.BigInteger(), nullable=False),
        sa.Column("opens", sa.Text(), nullable=False),
        sa.Column("closes", sa.Text(), nullable=False),
        sa.Column("tickets_from", sa.Text(), nullable=False),
        sa.Column("tickets_until", sa.Text(), nullable=False),
        sa.Column("queue", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["hall_id"], ["hall.hall_id"], name=op.f("fk_session_hours_hall_id_hall")
        ),
        sa.PrimaryKeyConstraint("hall_id", "id", name=op.f("pk_session_hours")),
        sa.UniqueConstraint("hall_id", "code", name=op.f("uq_session_hours_hall_id_code")),
    )
    op.create_table(
        "staff",
        sa.Column("hall_id", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("pin_hash", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.hall_id"], name=op.f("fk_staff_hall_id_hall")),
        sa.PrimaryKeyConstraint("hall_id", "id", name=op.f("pk_staff")),
        sa.UniqueConstraint("hall_id", "code", name=op.f("uq_staff_hall_id_code")),
    )
    op.create_table(
        "zone",
        sa.Column("hall_id", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("name", columns.JsonText(), nullable=False),
        sa.Column("floor", columns.JsonText(), nullable=False),
        sa.Column("place", columns.JsonText(), nullable=False),
        sa.Column("map_box", columns.JsonText(), nullable=True),
        sa.Column("letter", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.hall_id"], name=op.f("fk_zone_hall_id_hall")),
        sa.PrimaryKeyConstraint("hall_id", "id", name=op.f("pk_zone")),
        sa.UniqueConstraint("hall_id", "code", name=op.f("uq_zone_hall_id_code")),
    )
    op.create_table(
        "queue_now",
        sa.Column("hall_id", sa.Text(), nullable=False),
        sa.Column("queue_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("waiting", sa.Integer(), nullable=False),
        sa.Column("oldest_at", columns.UtcDateTime(), nullable=True),
        sa.Column("last_called", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["hall_id", "queue_id"],
            ["queue.hall_id", "queue.id"],
            name=op.f("fk_queue_now_hall_id_queue_id_queue"),
        ),
        sa.ForeignKeyConstraint(
            ["hall_id"], ["hall.hall_id"], name=op.f("fk_queue_now_hall_id_hall")
        ),
        sa.PrimaryKeyConstraint("hall_id", "queue_id", name=op.f("pk_queue_now")),
    )
    op.create_table(
        "shift",
        sa.Column("hall_id", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("window_id", sa.BigInteger(), nullable=False),
        sa.Column("signed_in_at", columns.UtcDateTime(), nullable=False),
        sa.Column("signed_out_at", columns.UtcDateTime(), nullable=True),
        sa.Column("paused_at", columns.UtcDateTime(), nullable=True),
        sa.Column("pause_reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["hall_id", "staff_id"],
            ["staff.hall_id", "staff.id"],
            name=op.f("fk_shift_hall_id_staff_id_staff"),
        ),
        sa.ForeignKeyConstraint(
            ["hall_id", "window_id"],
            ["service_window.hall_id", "service_window.id"],
            name=op.f("fk_shift_hall_id_window_id_service_window"),
        ),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.hall_id"], name=op.f("fk_shift_hall_id_hall")),
        sa.PrimaryKeyConstraint("hall_id", "id", name=op.f("pk_shift")),
    )
    with op.batch_alter_table("shift", schema=None) as batch_op:
        batch_op.create_index(
            "ux_shift_window",
            ["hall_id", "window_id"],
            unique=True,
            sqlite_where=sa.text("signed_out_at IS NULL"),
            postgresql_where=sa.text("signed_out_at IS NULL"),
        )

    op.create_table(
        "ticket",
        sa.Column("hall_id", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("series_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("queue_id", sa.BigInteger(), nullable=False),
        sa.Column("service_id", sa.BigInteger(), nullable=False),
        sa.Column("priority", sa.Text(), nullable=False),
        sa.Column("claim_at", columns.UtcDateTime(), nullable=False),
        sa.Column("issued_at", columns.UtcDateTime(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("delivered_at", columns.UtcDateTime(), nullable=True),
        sa.Column("delivered_how", sa.Text(), nullable=True),
        sa.Column("ended_at", columns.UtcDateTime(), nullable=True),
        sa.Column("requeued", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "status IN ('waiting', 'called', 'serving', 'held', 'no_show', 'ended')",
            name=op.f("ck_ticket_status"),
        ),
        sa.ForeignKeyConstraint(
            ["hall_id", "queue_id"],
            ["queue.hall_id", "queue.id"],
            name=op.f("fk_ticket_hall_id_queue_id_queue"),
        ),
        sa.ForeignKeyConstraint(
            ["hall_id", "series_id"],
            ["series.hall_id", "series.id"],
            name=op.f("fk_ticket_hall_id_series_id_series"),
        ),
        sa.ForeignKeyConstraint(
            ["hall_id", "service_id"],
            ["service.hall_id", "service.id"],
            name=op.f("fk_ticket_hall_id_service_id_service"),
        ),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.hall_id"], name=op.f("fk_ticket_hall_id_hall")),
        sa.PrimaryKeyConstraint("hall_id", "id", name=op.f("pk_ticket")),
        sa.UniqueConstraint("hall_id", "day", "label", name=op.f("uq_ticket_hall_id_day_label")),
        sa.UniqueConstraint("hall_id", "request_id", name=op.f("uq_ticket_hall_id_request_id")),
        sa.UniqueConstraint("hall_id", "token", name=op.f("uq_ticket_hall_id_token")),
    )
    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.create_index(
            "ix_ticket_open",
            ["hall_id", "queue_id", "status"],
            unique=False,
            sqlite_where=sa.text("status != 'ended'"),
            postgresql_where=sa.text("status != 'ended'"),
        )
        batch_op.create_index(
            "ix_ticket_waiting",
            ["hall_id", "queue_id", "claim_at", "id"],
            unique=False,
            sqlite_where=sa.text("status = 'waiting'"),
            postgresql_where=sa.text("status = 'waiting'"),
        )

    op.create_table(
        "pause",
        sa.Column("hall_id", sa.Text(), nullable=False),
        sa.Column("shift_id", sa.BigInteger(), nullable=False),
        sa.Column("began_at", columns.UtcDateTime(), nullable=False),
        sa.Column("ended_at", columns.UtcDateTime(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["hall_id", "shift_id"],
            ["shift.hall_id", "shift.id"],
            name=op.f("fk_pause_hall_id_shift_id_shift"),
        ),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.hall_id"], name=op.f("fk_pause_hall_id_hall")),
        sa.PrimaryKeyConstraint("hall_id", "shift_id", "began_at", name=op.f("pk_pause")),
    )
    op.create_table(
        "turn",
        sa.Column("hall_id", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("window_id", sa.BigInteger(), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("called_at", columns.UtcDateTime(), nullable=False),
        sa.Column("last_called_at", columns.UtcDateTime(), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("started_at", columns.UtcDateTime(), nullable=True),
        sa.Column("ended_at", columns.UtcDateTime(), nullable=True),
        sa.Column("result", sa.Text(), nullable=True),
        sa.Column("rating_asked_at", columns.UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (result IS NULL)", name=op.f("ck_turn_ended_with_result")
        ),
        sa.ForeignKeyConstraint(
            ["hall_id", "staff_id"],
            ["staff.hall_id", "staff.id"],
            name=op.f("fk_turn_hall_id_staff_id_staff"),
        ),
        sa.ForeignKeyConstraint(
            ["hall_id", "ticket_id"],
            ["ticket.hall_id", "ticket.id"],
            name=op.f("fk_turn_hall_id_ticket_id_ticket"),
        ),
        sa.ForeignKeyConstraint(
            ["hall_id", "window_id"],
            ["service_window.hall_id", "service_window.id"],
            name=op.f("fk_turn_hall_id_window_id_service_window"),
        ),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.hall_id"], name=op.f("fk_turn_hall_id_hall")),
        sa.PrimaryKeyConstraint("hall_id", "id", name=op.f("pk_turn")),
    )
    with op.batch_alter_table("turn", schema=None) as batch_op:
        batch_op.create_index("ix_turn_called", ["hall_id", "last_called_at"], unique=False)
        batch_op.create_index("ix_turn_last", ["hall_id", "window_id", "called_at"], unique=False)
        batch_op.create_index(
            "ux_turn_ticket",
            ["hall_id", "ticket_id"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
        batch_op.create_index(
            "ux_turn_window",
            ["hall_id", "window_id"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "case_record",
        sa.Column("hall_id", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("turn_id", sa.BigInteger(), nullable=False),
        sa.Column("service_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("accepted_at", columns.UtcDateTime(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("finished_at", columns.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["hall_id", "service_id"],
            ["service.hall_id", "service.id"],
            name=op.f("fk_case_record_hall_id_service_id_service"),
        ),
        sa.ForeignKeyConstraint(
            ["hall_id", "turn_id"],
            ["turn.hall_id", "turn.id"],
            name=op.f("fk_case_record_hall_id_turn_id_turn"),
        ),
        sa.ForeignKeyConstraint(
            ["hall_id"], ["hall.hall_id"], name=op.f("fk_case_record_hall_id_hall")
        ),
        sa.PrimaryKeyConstraint("hall_id", "id", name=op.f("pk_case_record")),
        sa.UniqueConstraint("hall_id", "number", name=op.f("uq_case_record_hall_id_number")),
    )
    op.create_table(
        "rating",
        sa.Column("hall_id", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("turn_id", sa.BigInteger(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("given_at", columns.UtcDateTime(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("level BETWEEN 1 AND 5", name=op.f("ck_rating_level")),
        sa.ForeignKeyConstraint(
            ["hall_id", "turn_id"],
            ["turn.hall_id", "turn.id"],
            name=op.f("fk_rating_hall_id_turn_id_turn"),
        ),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.hall_id"], name=op.f("fk_rating_hall_id_hall")),
        sa.PrimaryKeyConstraint("hall_id", "id", name=op.f("pk_rating")),
        sa.UniqueConstraint("hall_id", "turn_id", name=op.f("uq_rating_hall_id_turn_id")),
    )


def downgrade() -> None:
    """Bring the tables back to the version before."""
    op.drop_table("rating")
    op.drop_table("case_record")
    with op.batch_alter_table("turn", schema=None) as batch_op:
        batch_op.drop_index(
            "ux_turn_window",
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
        batch_op.drop_index(
            "ux_turn_ticket",
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
        batch_op.drop_index("ix_turn_last")
        batch_op.drop_index("ix_turn_called")

    op.drop_table("turn")
    op.drop_table("pause")
    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_ticket_waiting",
            sqlite_where=sa.text("status = 'waiting'"),
            postgresql_where=sa.text("status = 'waiting'"),
        )
        batch_op.drop_index(
            "ix_ticket_open",
            sqlite_where=sa.text("status != 'ended'"),
            postgresql_where=sa.text("status != 'ended'"),
        )

    op.drop_table("ticket")
    with op.batch_alter_table("shift", schema=None) as batch_op:
        batch_op.drop_index(
            "ux_shift_window",
            sqlite_where=sa.text("signed_out_at IS NULL"),
            postgresql_where=sa.text("signed_out_at IS NULL"),
        )

    op.drop_table("shift")
    op.drop_table("queue_now")
    op.drop_table("zone")
    op.drop_table("staff")
    op.drop_table("session_hours")
    op.drop_table("service_window")
    op.drop_table("service")
    op.drop_table("series")
    op.drop_table("queue")
    op.drop_table("notice")
    op.drop_table("journal")
    op.drop_table("department")
    op.drop_table("counter")
    op.drop_table("calendar")
    op.drop_table("business_day")
    op.drop_table("listener")
    op.drop_table("hall")
