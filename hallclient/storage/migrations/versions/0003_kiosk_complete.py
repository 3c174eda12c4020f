"""Topics, guides and quotas; appointments, itineraries, persons, calls for help, errands."""

import sqlalchemy as sa
from alembic import op

from hallclient.storage import columns

revision = "0003"
down_revision = "0002"

_NO_TEXT = """'{"en":"","zh_cn":"","zh_hant":""}'"""


def upgrade() -> None:
    """Bring the tables to this version."""
    op.create_table(
        "topic",
        sa.Column("hall_id", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("name", columns.JsonText(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("icon", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.hall_id"], name=op.f("fk_topic_hall_id_hall")),
        sa.PrimaryKeyConstraint("hall_id", "id", name=op.f("pk_topic")),
        sa.UniqueConstraint("hall_id", "code", name=op.f("uq_topic_hall_id_code")),
    )
    for table, column in _columns():
        op.add_column(table, column)
    _make_visits()
    _make_appointments()
    _make_errands()
    _count_messages_by_step()


def downgrade() -> None:
    """Bring the tables back to the version before."""
    _count_messages_by_ticket()
    for table in ("errand", "help_call", "appointment", "ticket_person", "ticket_step"):
        op.drop_table(table)
    for table, column in reversed(_columns()):
        op.drop_column(table, column.name)
    op.drop_table("topic")


def _count_messages_by_step() -> None:
    """Let every step of a ticket have its own messages."""
    step = sa.Column("step", sa.Integer(), server_default=sa.text("0"), nullable=False)
    with op.batch_alter_table("message") as table:
        table.add_column(step)
        table.drop_constraint("uq_message_hall_id_ticket_id_event", type_="unique")
        table.create_unique_constraint(
            "uq_message_hall_id_ticket_id_event_step", ["hall_id", "ticket_id", "event", "step"]
        )


def _count_messages_by_ticket() -> None:
    op.execute("DELETE FROM message WHERE step > 0")
    with op.batch_alter_table("message") as table:
        table.drop_constraint("uq_message_hall_id_ticket_id_event_step", type_="unique")
        table.create_unique_constraint(
            "uq_message_hall_id_ticket_id_event", ["hall_id", "ticket_id", "event"]
        )
        table.drop_column("step")


def _columns() -> "list[tuple[str, sa.Column[object]]]":
    def whole(name: str, value: str) -> "sa.Column[object]":
        return sa.Column(name, sa.BigInteger(), server_default=sa.text(value), nullable=False)

    def text(name: str) -> "sa.Column[object]":
        return sa.Column(name, sa.Text(), server_default=sa.text("''"), nullable=False)

    def json(name: str, value: str) -> "sa.Column[object]":
        default = sa.text(value)
        return sa.Column(name, columns.JsonText(), server_default=default, nullable=False)

    def flag(name: str) -> "sa.Column[object]":
        return sa.Column(name, sa.Boolean(), server_default=sa.text("false"), nullable=False)

    return [
        ("ticket", sa.Column("callable_from", columns.UtcDateTime(), nullable=True)),
        ("department", json("easy", _NO_TEXT)),
        ("department", text("easy_queue")),
        ("queue", whole("day_quota", "0")),
        ("queue", whole("slice_minutes", "30")),
        ("queue", whole("slice_quota", "0")),
        ("queue", whole("slice_booked", "0")),
        ("service", json("fee", _NO_TEXT)),
        ("service", json("guide", _NO_TEXT)),
        ("service", text("guide_url")),
        ("service", json("topics", "'[]'")),
        ("service", json("after", "'[]'")),
        ("service", flag("general")),
    ]


def _own(table: str, *more: "sa.Column[object]") -> "list[sa.schema.SchemaItem]":
    """Return the hall's key, which every table has, and the columns behind it."""
    return [
        sa.Column("hall_id", sa.Text(), nullable=False),
        *more,
        sa.ForeignKeyConstraint(
            ["hall_id"], ["hall.hall_id"], name=op.f(f"fk_{table}_hall_id_hall")
        ),
    ]


def _ref(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["hall_id", column],
        [f"{other}.hall_id", f"{other}.id"],
        name=op.f(f"fk_{table}_hall_id_{column}_{other}"),
    )


def _key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint("hall_id", *columns, name=op.f(f"pk_{table}"))


def _partial(
    name: str, table: str, columns: list[str], where: str, *, unique: bool = False
) -> None:
    op.create_index(
        name,
        table,
        ["hall_id", *columns],
        unique=unique,
        sqlite_where=sa.text(where),
        postgresql_where=sa.text(where),
    )


def _id(name: str = "id") -> "sa.Column[object]":
    return sa.Column(name, sa.BigInteger(), autoincrement=False, nullable=False)


def _whole(name: str, *, nullable: bool = False) -> "sa.Column[object]":
    return sa.Column(name, sa.BigInteger(), nullable=nullable)


def _word(name: str) -> "sa.Column[object]":
    return sa.Column(name, sa.Text(), nullable=False)


def _moment(name: str, *, nullable: bool = True) -> "sa.Column[object]":
    return sa.Column(name, columns.UtcDateTime(), nullable=nullable)


def _make_visits() -> None:
    op.create_table(
        "ticket_step",
        *_own(
            "ticket_step",
            _id("ticket_id"),
            sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
            _whole("service_id"),
            _word("state"),
            _whole("turn_id", nullable=True),
        ),
        _ref("ticket_step", "ticket_id", "ticket"),
        _ref("ticket_step", "service_id", "service"),
        _ref("ticket_step", "turn_id", "turn"),
        _key("ticket_step", "ticket_id", "position"),
        sa.CheckConstraint(
            "state IN ('to_come', 'done', 'dropped')", name=op.f("ck_ticket_step_state")
        ),
    )
    op.create_table(
        "ticket_person",
        *_own("ticket_person", _id("ticket_id"), _word("person")),
        _ref("ticket_person", "ticket_id", "ticket"),
        _key("ticket_person", "ticket_id"),
    )
    op.create_index("ix_ticket_person_person", "ticket_person", ["hall_id", "person"])


def _make_appointments() -> None:
    op.create_table(
        "appointment",
        *_own(
            "appointment",
            _id(),
            _word("code"),
            _whole("service_id"),
            _whole("queue_id"),
            _moment("starts_at", nullable=False),
            sa.Column("minutes", sa.Integer(), nullable=False),
            _word("source"),
            _word("state"),
            _moment("made_at", nullable=False),
            _word("person"),
            _word("external"),
            _word("language"),
            _whole("ticket_id", nullable=True),
        ),
        _ref("appointment", "service_id", "service"),
        _ref("appointment", "queue_id", "queue"),
        _ref("appointment", "ticket_id", "ticket"),
        _key("appointment", "id"),
        sa.UniqueConstraint("hall_id", "code", name=op.f("uq_appointment_hall_id_code")),
        sa.CheckConstraint(
            "state IN ('booked', 'arrived', 'cancelled')", name=op.f("ck_appointment_state")
        ),
    )
    op.create_index("ix_appointment_starts", "appointment", ["hall_id", "starts_at"])
    _partial("ux_appointment_external", "appointment", ["external"], "external != ''", unique=True)
    _partial("ix_appointment_person", "appointment", ["person"], "person != ''")
    _partial(
        "ix_appointment_booked", "appointment", ["queue_id", "starts_at"], "state != 'cancelled'"
    )


def _make_errands() -> None:
    op.create_table(
        "help_call",
        *_own(
            "help_call",
            _id(),
            _word("station"),
            _moment("asked_at", nullable=False),
            _whole("staff_id", nullable=True),
            _moment("answered_at"),
            _moment("ended_at"),
        ),
        _ref("help_call", "staff_id", "staff"),
        _key("help_call", "id"),
    )
    _partial("ux_help_call_station", "help_call", ["station"], "ended_at IS NULL", unique=True)
    op.create_table(
        "errand",
        *_own(
            "errand",
            _id(),
            _word("number"),
            _whole("service_id"),
            _whole("staff_id"),
            _word("state"),
            _moment("received_at", nullable=False),
            _word("mask"),
            sa.Column("sealed", sa.LargeBinary(), nullable=False),
            sa.Column("papers", columns.JsonText(), nullable=False),
            sa.Column("due_on", sa.Date(), nullable=True),
            _moment("carried_at"),
            _word("carried_to"),
            _moment("returned_at"),
            _moment("signed_at"),
            _word("result"),
            _whole("ticket_id", nullable=True),
            _word("request_id"),
        ),
        _ref("errand", "service_id", "service"),
        _ref("errand", "staff_id", "staff"),
        _ref("errand", "ticket_id", "ticket"),
        _key("errand", "id"),
        sa.UniqueConstraint("hall_id", "number", name=op.f("uq_errand_hall_id_number")),
        sa.CheckConstraint(
            "state IN ('received', 'carried', 'returned', 'signed', 'cancelled')",
            name=op.f("ck_errand_state"),
        ),
    )
    op.create_index("ix_errand_received", "errand", ["hall_id", "received_at"])
    _partial("ux_errand_request", "errand", ["request_id"], "request_id != ''", unique=True)
    _partial(
        "ix_errand_open",
        "errand",
        ["received_at", "id"],
        "state IN ('received', 'carried', 'returned')",
    )
