"""Bound tickets, holds, cases with all that they need, and what a supervisor does to the floor."""

import sqlalchemy as sa
from alembic import op

from hallclient.storage import columns

revision = "0004"
down_revision = "0003"

_NO_TEXT = """'{"en":"","zh_cn":"","zh_hant":""}'"""


def upgrade() -> None:
    """Bring the tables to this version."""
    for table, column in _columns():
        op.add_column(table, column)
    _fill_cases()
    for name, table, keys, where in _INDEXES:
        _index(name, table, keys, where)
    _make_day_tables()
    _make_case_tables()
    _make_rating_tables()


def downgrade() -> None:
    """Bring the tables back to the version before."""
    for table in _TABLES:
        op.drop_table(table)
    for name, table, _keys, _where in _INDEXES:
        op.drop_index(name, table)
    for table, column in reversed(_columns()):
        op.drop_column(table, column.name)


_TABLES = (
    "staff_week",
    "follow_up",
    "bulletin",
    "offline_move",
    "alarm_taken",
    "leave",
    "lent_window",
    "queue_stop",
    "note",
    "person_note",
    "suspension",
    "hold",
)
_INDEXES = (
    (
        "ix_ticket_for_window",
        "ticket",
        ["window_id"],
        "status = 'waiting' AND window_id IS NOT NULL",
    ),
    ("ix_ticket_for_staff", "ticket", ["staff_id"], "status = 'waiting' AND staff_id IS NOT NULL"),
    ("ix_case_accepted", "case_record", ["accepted_at"], ""),
    ("ix_case_finished", "case_record", ["finished_at"], "finished_at IS NOT NULL"),
    ("ix_case_open", "case_record", ["due_on"], "finished_at IS NULL"),
    ("ix_case_person", "case_record", ["person"], "person != ''"),
    ("ix_rating_low", "rating", ["given_at"], "level <= 2 AND origin = 'active'"),
)


def _columns() -> "list[tuple[str, sa.Column[object]]]":
    def whole(name: str) -> "sa.Column[object]":
        return sa.Column(name, sa.BigInteger(), server_default=sa.text("0"), nullable=False)

    def ref(name: str) -> "sa.Column[object]":
        return sa.Column(name, sa.BigInteger(), nullable=True)

    def text(name: str, value: str = "") -> "sa.Column[object]":
        return sa.Column(name, sa.Text(), server_default=sa.text(f"'{value}'"), nullable=False)

    def json(name: str, value: str = "'[]'") -> "sa.Column[object]":
        default = sa.text(value)
        return sa.Column(name, columns.JsonText(), server_default=default, nullable=False)

    def flag(name: str, value: str) -> "sa.Column[object]":
        return sa.Column(name, sa.Boolean(), server_default=sa.text(value), nullable=False)

    return [
        ("department", text("case_number")),
        ("service", json("outcomes")),
        ("service", whole("legal_hours")),
        ("service", whole("promised_hours")),
        ("service", json("partners")),
        ("service", json("authority", _NO_TEXT)),
        ("staff", text("window")),
        ("staff", text("photo")),
        ("staff", json("promise", _NO_TEXT)),
        ("shift", _moment("resumed_at")),
        ("queue_now", _day("stopped_on", nullable=True)),
        ("ticket", ref("window_id")),
        ("ticket", ref("staff_id")),
        ("ticket", ref("parent_id")),
        ("case_record", _moment("due_at")),
        ("case_record", ref("ticket_id")),
        ("case_record", ref("window_id")),
        ("case_record", ref("staff_id")),
        ("case_record", whole("legal")),
        ("case_record", whole("promised")),
        ("case_record", flag("in_hours", "false")),
        ("case_record", text("basis", "normal")),
        ("case_record", text("handover", "window")),
        ("case_record", text("lead")),
        ("case_record", json("partners")),
        ("case_record", text("authority")),
        ("case_record", json("missing")),
        ("case_record", text("refused")),
        ("case_record", text("due_reason")),
        ("case_record", _moment("told_at")),
        ("case_record", sa.Column("result", sa.Text(), nullable=True)),
        ("case_record", flag("decided_in_hall", "true")),
        ("case_record", ref("finished_by")),
        ("case_record", text("person")),
    ]


def _fill_cases() -> None:
    """Give the cases that are there what their turns and services know."""
    of_turn = (
        "(SELECT turn.{0} FROM turn"
        " WHERE turn.hall_id = case_record.hall_id AND turn.id = case_record.turn_id)"
    )
    of_service = (
        "(SELECT service.{0} FROM service"
        " WHERE service.hall_id = case_record.hall_id AND service.id = case_record.service_id)"
    )
    op.execute(
        "UPDATE case_record SET "  # noqa: S608 - nothing from outside
        f"ticket_id = {of_turn.format('ticket_id')}, window_id = {of_turn.format('window_id')}, "
        f"staff_id = {of_turn.format('staff_id')}, legal = {of_service.format('legal_days')}, "
        f"promised = {of_service.format('promised_days')}"
    )
    op.execute(
        "UPDATE case_record SET finished_by = staff_id,"
        " result = CASE kind WHEN 'instant' THEN 'granted' ELSE 'closed' END"
        " WHERE finished_at IS NOT NULL"
    )


def _index(name: str, table: str, keys: "list[str]", where: str) -> None:
    condition = sa.text(where) if where else None
    op.create_index(
        name, table, ["hall_id", *keys], sqlite_where=condition, postgresql_where=condition
    )


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


def _id(name: str = "id") -> "sa.Column[object]":
    return sa.Column(name, sa.BigInteger(), autoincrement=False, nullable=False)


def _whole(name: str, *, nullable: bool = False) -> "sa.Column[object]":
    return sa.Column(name, sa.BigInteger(), nullable=nullable)


def _word(name: str, *, nullable: bool = False) -> "sa.Column[object]":
    return sa.Column(name, sa.Text(), nullable=nullable)


def _day(name: str = "day", *, nullable: bool = False) -> "sa.Column[object]":
    return sa.Column(name, sa.Date(), nullable=nullable)


def _moment(name: str, *, nullable: bool = True) -> "sa.Column[object]":
    return sa.Column(name, columns.UtcDateTime(), nullable=nullable)


def _json(name: str) -> "sa.Column[object]":
    return sa.Column(name, columns.JsonText(), nullable=False)


def _at(name: str = "at") -> "sa.Column[object]":
    return _moment(name, nullable=False)


def _make_day_tables() -> None:
    op.create_table(
        "queue_stop",
        *_own("queue_stop", _id("queue_id"), _day(), _whole("staff_id"), _at(), _word("reason")),
        _ref("queue_stop", "queue_id", "queue"),
        _ref("queue_stop", "staff_id", "staff"),
        _key("queue_stop", "queue_id"),
    )
    op.create_table(
        "lent_window",
        *_own("lent_window", _id("window_id"), _day(), _json("ranks"), _whole("staff_id"), _at()),
        _ref("lent_window", "window_id", "service_window"),
        _ref("lent_window", "staff_id", "staff"),
        _key("lent_window", "window_id"),
    )
    op.create_table(
        "leave",
        *_own("leave", _id("staff_id"), _day()),
        _ref("leave", "staff_id", "staff"),
        _key("leave", "staff_id"),
    )
    op.create_table(
        "alarm_taken",
        *_own("alarm_taken", _word("key"), _day(), _whole("staff_id"), _at()),
        _ref("alarm_taken", "staff_id", "staff"),
        _key("alarm_taken", "key"),
    )
    op.create_table(
        "offline_move",
        *_own(
            "offline_move",
            _word("request_id"),
            _whole("turn_id"),
            _whole("window_id"),
            *(_word(name) for name in ("label", "kind", "wanted")),
            _at("made_at"),
            _at(),
            _word("trouble"),
            _whole("staff_id", nullable=True),
            _moment("taken_at"),
        ),
        _ref("offline_move", "window_id", "service_window"),
        _ref("offline_move", "staff_id", "staff"),
        _key("offline_move", "request_id"),
        sa.CheckConstraint(
            "kind IN ('finish', 'hold', 'rating')", name=op.f("ck_offline_move_kind")
        ),
    )
    op.create_table(
        "bulletin",
        *_own(
            "bulletin",
            _id(),
            _json("text"),
            _word("audience"),
            _whole("staff_id"),
            _at("from_at"),
            _at("until"),
            _json("zones"),
            _moment("ended_at"),
        ),
        _ref("bulletin", "staff_id", "staff"),
        _key("bulletin", "id"),
        sa.CheckConstraint(
            "audience IN ('public', 'staff', 'all')", name=op.f("ck_bulletin_audience")
        ),
    )


def _make_case_tables() -> None:
    op.create_table(
        "hold",
        *_own(
            "hold",
            _id("ticket_id"),
            _whole("turn_id"),
            _whole("window_id"),
            _word("kind"),
            _word("reason"),
            _at(),
        ),
        _ref("hold", "ticket_id", "ticket"),
        _ref("hold", "turn_id", "turn"),
        _ref("hold", "window_id", "service_window"),
        _key("hold", "ticket_id"),
        sa.CheckConstraint("kind IN ('any', 'here', 'event')", name=op.f("ck_hold_kind")),
    )
    op.create_table(
        "suspension",
        *_own("suspension", _id("case_id"), _at("began_at"), _word("reason"), _moment("end")),
        _ref("suspension", "case_id", "case_record"),
        _key("suspension", "case_id", "began_at"),
    )
    op.create_table(
        "person_note",
        *_own("person_note", _id("ticket_id"), _word("mask"), _word("tail"), _word("key")),
        _ref("person_note", "ticket_id", "ticket"),
        _key("person_note", "ticket_id"),
    )
    op.create_table(
        "note",
        *_own(
            "note",
            _id(),
            _word("subject"),
            _word("text"),
            _whole("staff_id"),
            _at(),
            sa.Column("salt", sa.LargeBinary(), nullable=False),
        ),
        _ref("note", "staff_id", "staff"),
        _key("note", "id"),
    )
    _index("ix_note_subject", "note", ["subject"], "")


def _make_rating_tables() -> None:
    op.create_table(
        "follow_up",
        *_own(
            "follow_up",
            _id("rating_id"),
            _day("due_on"),
            _whole("staff_id", nullable=True),
            _word("result", nullable=True),
            _day("promised_on", nullable=True),
            _moment("recorded_at"),
        ),
        _ref("follow_up", "rating_id", "rating"),
        _ref("follow_up", "staff_id", "staff"),
        _key("follow_up", "rating_id"),
    )
    op.create_table(
        "staff_week",
        *_own(
            "staff_week",
            _id("staff_id"),
            _day("week"),
            _day("through"),
            *map(
                _whole,
                (
                    "served",
                    "serving_seconds",
                    "waiting_seconds",
                    "promised",
                    "late",
                    "rated",
                    "satisfied",
                ),
            ),
        ),
        _ref("staff_week", "staff_id", "staff"),
        _key("staff_week", "staff_id", "week"),
    )
