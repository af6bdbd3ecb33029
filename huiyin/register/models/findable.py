"""The index people are found by: one narrow row for each person who lives somewhere now, kept in step by triggers.

Rosters, moves, corrections and erasures write residents, households and persons in many ways and by the hundred
thousand. The database itself keeps this table in step with all of them, so that no writer can forget it and none has
to know it. Like the triggers of evidence they are made again after every migrate.
"""

from collections.abc import Iterator

from django.db import connections, models, transaction

INTO = "INTO register_findable (resident_id, place_code, name, given, pinyin, initials)"
VALUES = "SELECT r.id, h.place_code, p.name, substr(p.name, 2), p.pinyin, p.initials FROM"
JOINED = "r JOIN register_household h ON h.id = r.household_id JOIN core_person p ON p.id = r.person_id"
OPEN = "r.until IS NULL AND r.replaced_at IS NULL"


class Findable(models.Model):
    """What one who lives somewhere now is found by: name, the name without its first character, pinyin, initials.

    Each key stands before the place's code in an index of its own, so that a name within a scope is one range of it.
    Derived: not kept, never shown, gone with the residence it is about.
    """

    resident_id = models.UUIDField(primary_key=True)
    place_code = models.CharField(max_length=15)
    name = models.CharField(max_length=60)
    given = models.CharField(max_length=60)
    pinyin = models.CharField(max_length=120)
    initials = models.CharField(max_length=20)

    class Meta:
        indexes = [
            models.Index(fields=["name", "place_code"], name="findable_name"),
            models.Index(fields=["given", "place_code"], name="findable_given"),
            models.Index(fields=["pinyin", "place_code"], name="findable_pinyin"),
            models.Index(fields=["initials", "place_code"], name="findable_initials"),
        ]


def arrange(using: str = "default") -> None:
    """Make the triggers again and, where the table is empty, its rows; after migrate."""
    connection = connections[using]
    present = set(connection.introspection.table_names())
    if not {"register_findable", "register_resident", "register_household", "core_person"} <= present:
        return  # an older state of the tables, on the way back
    statements = _on_postgres() if connection.vendor == "postgresql" else _on_sqlite()
    with transaction.atomic(using=using), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
        cursor.execute("SELECT EXISTS (SELECT 1 FROM register_findable)")
        if not cursor.fetchone()[0]:
            cursor.execute(_put("INSERT", "register_resident"))


def _put(verb: str, rows: str) -> str:
    """The statement that makes the index rows of those of some residents who live somewhere now."""
    return " ".join((verb, INTO, VALUES, rows, JOINED, "WHERE", OPEN))


def _on_postgres() -> Iterator[str]:
    """One statement for all the rows that a statement wrote."""
    put = _put("INSERT", "fresh") + " ON CONFLICT DO NOTHING;"
    ended = (
        "DELETE FROM register_findable f USING fresh r WHERE f.resident_id = r.id"
        " AND (r.until IS NOT NULL OR r.replaced_at IS NOT NULL);"
    )
    bodies = {
        "in": put,
        "changed": " ".join((ended, put)),
        "out": "DELETE FROM register_findable f USING gone g WHERE f.resident_id = g.id;",
        "moved": (
            "UPDATE register_findable f SET place_code = n.place_code FROM fresh n JOIN gone o ON o.id = n.id"
            " JOIN register_resident r ON r.household_id = n.id"
            " WHERE f.resident_id = r.id AND n.place_code <> o.place_code;"
        ),
        "named": (
            "UPDATE register_findable f SET name = n.name, given = substr(n.name, 2), pinyin = n.pinyin,"
            " initials = n.initials FROM fresh n JOIN gone o ON o.id = n.id"
            " JOIN register_resident r ON r.person_id = n.id WHERE f.resident_id = r.id"
            " AND (n.name, n.pinyin, n.initials) IS DISTINCT FROM (o.name, o.pinyin, o.initials);"
        ),
    }
    fresh, gone = "NEW TABLE AS fresh", "OLD TABLE AS gone"
    for name, when, table, seen in (
        ("in", "INSERT", "register_resident", fresh),
        ("changed", "UPDATE", "register_resident", fresh),
        ("out", "DELETE", "register_resident", gone),
        ("moved", "UPDATE", "register_household", f"{fresh} {gone}"),
        ("named", "UPDATE", "core_person", f"{fresh} {gone}"),
    ):
        yield (
            f"CREATE OR REPLACE FUNCTION huiyin_findable_{name}() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN {bodies[name]} RETURN NULL; END $$"
        )
        yield (
            f"CREATE OR REPLACE TRIGGER huiyin_findable_{name} AFTER {when} ON {table} REFERENCING {seen}"
            f" FOR EACH STATEMENT EXECUTE FUNCTION huiyin_findable_{name}()"
        )


def _on_sqlite() -> Iterator[str]:
    put = _put("INSERT OR IGNORE", "register_resident") + " AND r.id = NEW.id;"
    drop = "DELETE FROM register_findable WHERE resident_id = OLD.id;"
    moved = (
        "UPDATE register_findable SET place_code = NEW.place_code"
        " WHERE resident_id IN (SELECT id FROM register_resident WHERE household_id = NEW.id);"
    )
    named = (
        "UPDATE register_findable"
        " SET name = NEW.name, given = substr(NEW.name, 2), pinyin = NEW.pinyin, initials = NEW.initials"
        " WHERE resident_id IN (SELECT id FROM register_resident WHERE person_id = NEW.id);"
    )
    for name, when, table, body in (
        ("in", "INSERT", "register_resident", put),
        ("changed", "UPDATE OF until, replaced_at", "register_resident", f"{drop} {put}"),
        ("out", "DELETE", "register_resident", drop),
        ("moved", "UPDATE OF place_code", "register_household", moved),
        ("named", "UPDATE OF name, pinyin, initials", "core_person", named),
    ):
        yield f"DROP TRIGGER IF EXISTS huiyin_findable_{name}"
        yield f"CREATE TRIGGER huiyin_findable_{name} AFTER {when} ON {table} BEGIN {body} END"
