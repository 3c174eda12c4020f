"""SQLAlchemy: schema, repositories, unit of work, feed, migrations."""
