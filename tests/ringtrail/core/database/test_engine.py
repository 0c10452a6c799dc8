"""What both operational stores promise to the statements that run on them."""

from sqlalchemy import Engine, text

from ringtrail.core.database import open_engine


def test_a_statement_sees_what_was_committed_before_it(postgresql: Engine) -> None:
    with postgresql.begin() as connection:
        name = connection.scalar(text("SELECT current_database()"))
        connection.execute(
            text(f"ALTER DATABASE {name} SET default_transaction_isolation = 'repeatable read'")
        )
    strict = open_engine(postgresql.url.render_as_string(hide_password=False))
    with strict.connect() as connection:
        assert connection.scalar(text("SHOW transaction_isolation")) == "read committed"
    strict.dispose()
