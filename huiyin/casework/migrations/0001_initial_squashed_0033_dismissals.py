import django.db.models.deletion
from django.db import migrations, models

import huiyin.core.ids
import huiyin.core.kept
from huiyin.core.making import AtOnce


def sweep_often(apps, schema_editor):
    """On PostgreSQL an index alone answers only of pages swept since they changed: sweep after each fiftieth part."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "ALTER TABLE casework_matter SET"
            " (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.02)"
        )


class Migration(AtOnce):
    replaces = [
        ("casework", "0001_initial"),
        ("casework", "0002_attachments"),
        ("casework", "0003_open_counts"),
        ("casework", "0004_held_open"),
        ("casework", "0005_case_tally"),
        ("casework", "0006_pause_used"),
        ("casework", "0007_compartment"),
        ("casework", "0008_joinings"),
        ("casework", "0009_dimensions"),
        ("casework", "0010_promises"),
        ("casework", "0011_ways"),
        ("casework", "0012_tally_dimensions"),
        ("casework", "0013_issues"),
        ("casework", "0014_ledgers"),
        ("casework", "0015_things"),
        ("casework", "0016_suggestions"),
        ("casework", "0017_aside_listed"),
        ("casework", "0018_drafts"),
        ("casework", "0019_rechecks"),
        ("casework", "0020_accompaniment"),
        ("casework", "0021_four_parts"),
        ("casework", "0022_early"),
        ("casework", "0023_first_calls"),
        ("casework", "0024_nudges"),
        ("casework", "0025_oversight"),
        ("casework", "0026_reporter_share"),
        ("casework", "0027_own_numbers"),
        ("casework", "0028_accompaniment_outcome"),
        ("casework", "0029_side_pages"),
        ("casework", "0030_matters_in_order"),
        ("casework", "0031_episodes"),
        ("casework", "0032_found_by_state"),
        ("casework", "0033_dismissals"),
    ]

    initial = True

    dependencies = [
        ("core", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Matter",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("code", models.CharField(max_length=9, unique=True)),
                ("proof_key", models.BinaryField(max_length=16, null=True)),
                ("programme", models.CharField(max_length=60)),
                ("kind", models.CharField(max_length=60)),
                ("channel", models.CharField(max_length=60)),
                ("place_code", models.CharField(max_length=15)),
                ("title", models.CharField(max_length=200)),
                ("text", models.TextField()),
                ("nature", models.CharField(blank=True, default="", max_length=60)),
                ("topic", models.CharField(blank=True, default="", max_length=60)),
                ("way", models.CharField(blank=True, default="", max_length=60)),
                ("intent", models.CharField(blank=True, default="", max_length=60)),
                ("heading", models.CharField(blank=True, default="", max_length=60)),
                ("handling", models.CharField(blank=True, default="", max_length=60)),
                ("level", models.CharField(default="village", max_length=20)),
                ("deadline_on", models.DateField(null=True)),
                ("state", models.CharField(max_length=20)),
                ("before", models.CharField(blank=True, default="", max_length=20)),
                ("held", models.BooleanField(default=False)),
                ("held_why", models.CharField(blank=True, default="", max_length=60)),
                ("sealed", models.BooleanField(default=False)),
                ("history", models.BooleanField(default=False)),
                ("external_id", models.CharField(max_length=80, null=True, unique=True)),
                ("opened_at", models.DateTimeField()),
                ("claimed_at", models.DateTimeField(null=True)),
                ("local_day", models.DateField()),
                ("due_at", models.DateTimeField(null=True)),
                ("order_at", models.DateTimeField()),
                ("due_provisional", models.BooleanField(default=False)),
                ("answered_at", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                ("reopened", models.PositiveSmallIntegerField(default=0)),
                ("first_asked_id", models.UUIDField(null=True)),
                ("owner_body_id", models.UUIDField(null=True)),
                ("handler_id", models.UUIDField(null=True)),
                ("supervisor_id", models.UUIDField(null=True)),
                ("caller_id", models.UUIDField(null=True)),
                ("reasonable", models.BooleanField(null=True)),
                ("reasonable_why", models.TextField(blank=True, default="")),
                ("reasonable_by_id", models.UUIDField(null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                ("lock_key", models.BinaryField(max_length=32, null=True)),
                ("reporter_key", models.BinaryField(max_length=32, null=True)),
                ("rulebook", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="core.rulebookversion")),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("closed_at__isnull", True), ("held", False), ("sealed", False)),
                        fields=["order_at", "id"],
                        name="matter_open",
                    ),
                    models.Index(
                        condition=models.Q(("closed_at__isnull", True), ("held", False), ("sealed", False)),
                        fields=["place_code", "order_at"],
                        include=(
                            "id",
                            "state",
                            "due_at",
                            "closed_at",
                            "held",
                            "sealed",
                            "handler_id",
                            "supervisor_id",
                            "caller_id",
                            "owner_body_id",
                            "programme",
                            "topic",
                            "nature",
                            "history",
                        ),
                        name="matter_open_place",
                    ),
                    models.Index(
                        condition=models.Q(("closed_at__isnull", True), ("held", False), ("sealed", False)),
                        fields=["state", "place_code"],
                        include=(
                            "id",
                            "due_at",
                            "closed_at",
                            "held",
                            "sealed",
                            "handler_id",
                            "supervisor_id",
                            "caller_id",
                            "owner_body_id",
                        ),
                        name="matter_open_state",
                    ),
                    models.Index(
                        condition=models.Q(("held", False), ("sealed", False)),
                        fields=["order_at", "id"],
                        name="matter_order",
                    ),
                    models.Index(fields=["opened_at", "id"], name="matter_opened"),
                    models.Index(fields=["place_code", "opened_at"], name="matter_place_opened"),
                    models.Index(fields=["place_code", "closed_at"], name="matter_place_closed"),
                    models.Index(fields=["owner_body_id", "order_at"], name="matter_body"),
                    models.Index(fields=["handler_id", "order_at"], name="matter_handler"),
                    models.Index(fields=["supervisor_id", "order_at"], name="matter_supervisor"),
                    models.Index(fields=["caller_id", "order_at"], name="matter_caller"),
                    models.Index(fields=["proof_key"], name="matter_proof"),
                    models.Index(
                        condition=models.Q(("held", True), ("sealed", True), _connector="OR"),
                        fields=["opened_at"],
                        name="matter_aside",
                    ),
                    models.Index(
                        condition=models.Q(
                            models.Q(("held", True), ("sealed", True), _connector="OR"), ("closed_at__isnull", True)
                        ),
                        fields=["opened_at", "id"],
                        include=(
                            "held",
                            "sealed",
                            "closed_at",
                            "place_code",
                            "code",
                            "held_why",
                            "state",
                            "handler_id",
                            "supervisor_id",
                            "caller_id",
                        ),
                        name="matter_aside_open",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("handler_id__isnull", True),
                            ("supervisor_id__isnull", True),
                            models.Q(("handler_id", models.F("supervisor_id")), _negated=True),
                            _connector="OR",
                        ),
                        name="handler_is_not_supervisor",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("handler_id__isnull", True),
                            ("caller_id__isnull", True),
                            models.Q(("handler_id", models.F("caller_id")), _negated=True),
                            _connector="OR",
                        ),
                        name="handler_is_not_caller",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("supervisor_id__isnull", True),
                            ("caller_id__isnull", True),
                            models.Q(("supervisor_id", models.F("caller_id")), _negated=True),
                            _connector="OR",
                        ),
                        name="supervisor_is_not_caller",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Decided",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=20)),
                ("decided_by", models.CharField(max_length=120)),
                ("document", models.CharField(max_length=120)),
                ("decided_on", models.DateField()),
                ("place_code", models.CharField(max_length=12)),
                ("body_id", models.UUIDField()),
                ("many", models.PositiveIntegerField()),
                ("by_id", models.UUIDField(null=True)),
                ("at", models.DateTimeField()),
                ("struck_at", models.DateTimeField(null=True)),
                ("struck_by_id", models.UUIDField(null=True)),
                ("struck_why", models.TextField(blank=True, default="")),
            ],
            options={
                "ordering": ["-decided_on", "id"],
            },
        ),
        migrations.CreateModel(
            name="Digest",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("account_id", models.BigIntegerField(unique=True)),
                ("person_id", models.UUIDField()),
                ("channel", models.CharField(blank=True, default="", max_length=10)),
                ("address", models.BinaryField(null=True)),
                ("chosen_at", models.DateTimeField()),
                ("last_day", models.DateField(null=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Episode",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("on", models.DateField(unique=True)),
                ("topic", models.CharField(max_length=200)),
                ("body_id", models.UUIDField(db_index=True)),
                ("by_id", models.UUIDField(null=True)),
                ("at", models.DateTimeField()),
            ],
            options={
                "ordering": ["-on"],
            },
        ),
        migrations.CreateModel(
            name="Finding",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("place_code", models.CharField(max_length=12)),
                ("body_id", models.UUIDField(db_index=True)),
                ("text", models.TextField()),
                ("severity", models.CharField(max_length=10)),
                ("found_on", models.DateField()),
                ("by_id", models.UUIDField(null=True)),
                ("at", models.DateTimeField()),
                ("circulated_at", models.DateTimeField(null=True)),
                ("circulated_by_id", models.UUIDField(null=True)),
                ("paper", models.CharField(blank=True, default="", max_length=120)),
                ("word", models.TextField(blank=True, default="")),
                ("word_at", models.DateTimeField(null=True)),
                ("word_by_id", models.UUIDField(null=True)),
            ],
            options={
                "ordering": ["-found_on", "id"],
            },
        ),
        migrations.CreateModel(
            name="Inspection",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("title", models.CharField(max_length=200)),
                ("task", models.TextField()),
                ("from_on", models.DateField()),
                ("until_on", models.DateField()),
                ("by_id", models.UUIDField(null=True)),
                ("at", models.DateTimeField()),
                ("ended_on", models.DateField(null=True)),
                ("summary", models.TextField(blank=True, default="")),
            ],
            options={
                "ordering": ["-from_on", "id"],
            },
        ),
        migrations.CreateModel(
            name="Issue",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("title", models.CharField(max_length=200)),
                ("text", models.TextField()),
                ("place_code", models.CharField(max_length=15)),
                ("topic", models.CharField(blank=True, default="", max_length=60)),
                ("urgency", models.CharField(default="soon", max_length=20)),
                ("owner_body_id", models.UUIDField(null=True)),
                ("plan", models.TextField(blank=True, default="")),
                ("funding_yuan", models.PositiveBigIntegerField(null=True)),
                ("funding_from", models.CharField(blank=True, default="", max_length=200)),
                ("by_id", models.UUIDField(null=True)),
                ("opened_at", models.DateTimeField()),
                ("settled_at", models.DateTimeField(null=True)),
                ("settled_note", models.TextField(blank=True, default="")),
                ("version", models.PositiveIntegerField(default=1)),
            ],
            options={
                "ordering": ["opened_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="Thing",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("place_code", models.CharField(db_index=True, max_length=15)),
                ("title", models.CharField(max_length=200)),
                ("person_id", models.UUIDField(null=True)),
                ("body_id", models.UUIDField(null=True)),
                ("committed_on", models.DateField()),
                ("due_on", models.DateField()),
                ("done_on", models.DateField(null=True)),
                ("result", models.TextField(blank=True, default="")),
                ("by_id", models.UUIDField(null=True)),
                ("at", models.DateTimeField()),
            ],
            options={
                "ordering": ["committed_on", "id"],
            },
        ),
        migrations.CreateModel(
            name="Brief",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("place_code", models.CharField(max_length=15)),
                ("title", models.CharField(max_length=200)),
                ("text", models.TextField()),
                ("by_id", models.UUIDField()),
                ("to_id", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("read_at", models.DateTimeField(null=True)),
                ("answer", models.TextField(blank=True, default="")),
                ("answered_by_id", models.UUIDField(null=True)),
                ("answered_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["to_id", "at"], name="brief_to"),
                    models.Index(fields=["by_id", "at"], name="brief_by"),
                ],
            },
        ),
        migrations.CreateModel(
            name="CallDraw",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("programme", models.CharField(max_length=60)),
                ("day", models.DateField()),
                ("seed", models.CharField(max_length=32)),
                ("thousandths", models.PositiveSmallIntegerField()),
                ("of", models.PositiveIntegerField()),
                ("drawn", models.PositiveIntegerField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("programme", "day"), name="one_draw_a_day")],
            },
        ),
        migrations.CreateModel(
            name="Adoption",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("decision", models.CharField(max_length=20)),
                ("reason", models.TextField()),
                ("by_id", models.UUIDField(null=True)),
                ("at", models.DateTimeField()),
                ("result", models.TextField(blank=True, default="")),
                ("result_by_id", models.UUIDField(null=True)),
                ("result_at", models.DateTimeField(null=True)),
                (
                    "matter",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="adoption", to="casework.matter"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Accompaniment",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("answer", models.CharField(default="offered", max_length=10)),
                ("by_id", models.UUIDField(null=True)),
                ("at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(null=True)),
                ("household_id", models.UUIDField(null=True)),
                ("outcome", models.CharField(blank=True, default="", max_length=10)),
                ("outcome_by_id", models.UUIDField(null=True)),
                ("outcome_at", models.DateTimeField(null=True)),
                (
                    "matter",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="accompaniment", to="casework.matter"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("answer", "accepted")), fields=["household_id"], name="accompany_household"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Clock",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=60)),
                ("started_at", models.DateTimeField()),
                ("amount", models.PositiveSmallIntegerField()),
                ("unit", models.CharField(max_length=20)),
                ("first_due_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("warn_at", models.DateTimeField()),
                ("provisional", models.BooleanField(default=False)),
                ("met_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("paused_at", models.DateTimeField(null=True)),
                ("pause_until", models.DateTimeField(null=True)),
                ("pause_used", models.PositiveSmallIntegerField(default=0)),
                ("warned_at", models.DateTimeField(null=True)),
                ("overdue_at", models.DateTimeField(null=True)),
                ("silent", models.BooleanField(default=False)),
                (
                    "matter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="clocks", to="casework.matter"
                    ),
                ),
            ],
            options={
                "ordering": ["started_at", "id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(
                            ("ended_at__isnull", True),
                            ("met_at__isnull", True),
                            ("silent", False),
                            ("warned_at__isnull", True),
                        ),
                        fields=["warn_at"],
                        name="clock_to_warn",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("ended_at__isnull", True),
                            ("met_at__isnull", True),
                            ("overdue_at__isnull", True),
                            ("silent", False),
                        ),
                        fields=["due_at"],
                        name="clock_to_fall",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Alarm",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=10)),
                ("at", models.DateTimeField()),
                ("role", models.CharField(blank=True, default="", max_length=60)),
                ("data", models.JSONField(default=dict)),
                ("rulebook", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="core.rulebookversion")),
                (
                    "matter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="alarms", to="casework.matter"
                    ),
                ),
                (
                    "clock",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="alarms", to="casework.clock"
                    ),
                ),
            ],
            options={
                "ordering": ["at", "id"],
                "constraints": [models.UniqueConstraint(fields=("clock", "kind"), name="one_alarm_each")],
            },
        ),
        migrations.CreateModel(
            name="Conflict",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("person_id", models.UUIDField(db_index=True)),
                ("kind", models.CharField(default="subject", max_length=20)),
                ("named_by_id", models.UUIDField(null=True)),
                ("at", models.DateTimeField()),
                (
                    "matter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="conflicts", to="casework.matter"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("matter", "person_id"), name="one_conflict_each")],
            },
        ),
        migrations.CreateModel(
            name="DaySeed",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("programme", models.CharField(max_length=60)),
                ("day", models.DateField()),
                ("seed", models.CharField(max_length=32)),
                ("committed_at", models.DateTimeField()),
                ("told_at", models.DateTimeField(null=True)),
                ("of", models.PositiveIntegerField(default=0)),
                ("drawn", models.PositiveIntegerField(default=0)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("programme", "day"), name="one_seed_a_day")],
            },
        ),
        migrations.CreateModel(
            name="Determination",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("number", models.PositiveSmallIntegerField()),
                ("reasonable", models.BooleanField()),
                ("reason", models.TextField()),
                ("by_id", models.UUIDField(null=True)),
                ("body_ids", models.JSONField(default=list)),
                ("at", models.DateTimeField()),
                ("asked_at", models.DateTimeField(null=True)),
                ("asked_words", models.TextField(blank=True, default="")),
                (
                    "matter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="determinations", to="casework.matter"
                    ),
                ),
            ],
            options={
                "ordering": ["number"],
                "constraints": [models.UniqueConstraint(fields=("matter", "number"), name="one_determination_each")],
            },
        ),
        migrations.CreateModel(
            name="Dismissal",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("step", models.CharField(max_length=20)),
                ("said", models.JSONField(default=dict)),
                ("proposed_by_id", models.UUIDField()),
                ("proposed_at", models.DateTimeField()),
                ("decided_by_id", models.UUIDField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("consented", models.BooleanField(null=True)),
                ("refusal", models.TextField(blank=True, default="")),
                ("seed", models.CharField(blank=True, default="", max_length=32)),
                ("drawn", models.BooleanField(default=False)),
                ("reviewed_by_id", models.UUIDField(null=True)),
                ("reviewed_at", models.DateTimeField(null=True)),
                ("upheld", models.BooleanField(null=True)),
                ("note", models.TextField(blank=True, default="")),
                ("objection", models.TextField(blank=True, default="")),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_why", models.CharField(blank=True, default="", max_length=20)),
                (
                    "matter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="dismissals", to="casework.matter"
                    ),
                ),
            ],
            options={
                "ordering": ["proposed_at", "id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("decided_at__isnull", True)), fields=["proposed_at"], name="dismissal_asked"
                    ),
                    models.Index(
                        condition=models.Q(("drawn", True), ("ended_at__isnull", True), ("reviewed_at__isnull", True)),
                        fields=["decided_at"],
                        name="dismissal_drawn",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("decided_at__isnull", True), ("ended_at__isnull", True)),
                        fields=("matter",),
                        name="one_dismissal_proposed",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Extension",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("amount", models.PositiveSmallIntegerField()),
                ("reason", models.TextField()),
                ("asked_by_id", models.UUIDField()),
                ("asked_at", models.DateTimeField()),
                ("decided_by_id", models.UUIDField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("approved", models.BooleanField(null=True)),
                ("new_due_at", models.DateTimeField(null=True)),
                (
                    "clock",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="extensions", to="casework.clock"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Improvement",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("because", models.TextField()),
                ("task", models.TextField()),
                ("place_code", models.CharField(max_length=12)),
                ("topic", models.CharField(blank=True, default="", max_length=60)),
                ("body_id", models.UUIDField(db_index=True)),
                ("person_id", models.UUIDField(null=True)),
                ("set_on", models.DateField()),
                ("due_on", models.DateField()),
                ("figure", models.CharField(blank=True, default="", max_length=40)),
                ("by_id", models.UUIDField(null=True)),
                ("at", models.DateTimeField()),
                ("done_on", models.DateField(null=True)),
                ("changed", models.TextField(blank=True, default="")),
                ("done_by_id", models.UUIDField(null=True)),
                (
                    "finding",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="improvements",
                        to="casework.finding",
                    ),
                ),
            ],
            options={
                "ordering": ["due_on", "id"],
            },
        ),
        migrations.AddField(
            model_name="finding",
            name="inspection",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="findings",
                to="casework.inspection",
            ),
        ),
        migrations.CreateModel(
            name="InspectionArea",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("place_code", models.CharField(max_length=12)),
                (
                    "inspection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="areas", to="casework.inspection"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("inspection", "place_code"), name="one_area_each")],
            },
        ),
        migrations.CreateModel(
            name="InspectionMember",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("person_id", models.UUIDField(db_index=True)),
                ("leads", models.BooleanField(default=False)),
                (
                    "inspection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="members", to="casework.inspection"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("inspection", "person_id"), name="one_seat_in_a_group")
                ],
            },
        ),
        migrations.CreateModel(
            name="IssueFigure",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=60)),
                ("unit", models.CharField(max_length=20)),
                ("target_hundredths", models.PositiveBigIntegerField()),
                ("value_hundredths", models.PositiveBigIntegerField()),
                ("on", models.DateField()),
                ("note", models.TextField(blank=True, default="")),
                ("by_id", models.UUIDField(null=True)),
                ("at", models.DateTimeField()),
                (
                    "issue",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="figures", to="casework.issue"
                    ),
                ),
            ],
            options={
                "ordering": ["on", "at", "id"],
            },
        ),
        migrations.CreateModel(
            name="IssueMember",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("by_id", models.UUIDField(null=True)),
                ("at", models.DateTimeField()),
                ("out_at", models.DateTimeField(null=True)),
                ("out_by_id", models.UUIDField(null=True)),
                ("out_reason", models.TextField(blank=True, default="")),
                (
                    "issue",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="members", to="casework.issue"
                    ),
                ),
                (
                    "matter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="issues", to="casework.matter"
                    ),
                ),
            ],
            options={
                "ordering": ["at", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("out_at__isnull", True)), fields=("matter",), name="one_issue_at_a_time"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="IssuePromise",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("text", models.TextField()),
                ("until", models.DateField()),
                ("who", models.CharField(max_length=80)),
                ("reason", models.TextField(blank=True, default="")),
                ("by_id", models.UUIDField(null=True)),
                ("at", models.DateTimeField()),
                (
                    "issue",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="promises", to="casework.issue"
                    ),
                ),
            ],
            options={
                "ordering": ["at", "id"],
            },
        ),
        migrations.CreateModel(
            name="IssueUnit",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("body_id", models.UUIDField()),
                ("at", models.DateTimeField()),
                (
                    "issue",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="units", to="casework.issue"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("issue", "body_id"), name="one_issue_unit_each")],
            },
        ),
        migrations.CreateModel(
            name="Joining",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("reason", models.TextField(blank=True, default="")),
                ("joint", models.BooleanField(default=False)),
                ("spokesperson", models.BooleanField(default=False)),
                ("by_id", models.UUIDField(null=True)),
                ("at", models.DateTimeField()),
                ("split_at", models.DateTimeField(null=True)),
                ("split_by_id", models.UUIDField(null=True)),
                ("split_reason", models.TextField(blank=True, default="")),
                (
                    "lead",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="followers", to="casework.matter"
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="joinings", to="casework.matter"
                    ),
                ),
            ],
            options={
                "ordering": ["at", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("split_at__isnull", True)), fields=("member",), name="one_lead_at_a_time"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("lead", models.F("member")), _negated=True), name="joined_to_another"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Judgement",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("source", models.CharField(max_length=20)),
                ("contacted", models.BooleanField(null=True)),
                ("true", models.BooleanField(null=True)),
                ("solved", models.CharField(max_length=10)),
                ("grade", models.PositiveSmallIntegerField(null=True)),
                ("unsure", models.CharField(blank=True, default="", max_length=40)),
                ("words", models.TextField(blank=True, default="")),
                ("outside", models.BooleanField(default=True)),
                (
                    "matter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="judgements", to="casework.matter"
                    ),
                ),
            ],
            options={
                "ordering": ["at", "id"],
            },
        ),
        migrations.CreateModel(
            name="Keyholder",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("person_id", models.UUIDField(db_index=True)),
                ("custodian", models.BooleanField(default=False)),
                ("public", models.BinaryField(max_length=32)),
                ("locked", models.BinaryField(max_length=200, null=True)),
                ("made_at", models.DateTimeField()),
                ("let_in_by_id", models.UUIDField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_by_id", models.UUIDField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)), fields=("person_id",), name="one_pair_each"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="LedgerCut",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("place_code", models.CharField(max_length=15)),
                ("month", models.CharField(max_length=7)),
                ("totals", models.JSONField(default=dict)),
                ("by_id", models.UUIDField(null=True)),
                ("at", models.DateTimeField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("place_code", "month"), name="one_ledger_cut")],
            },
        ),
        migrations.CreateModel(
            name="LedgerNote",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("month", models.CharField(max_length=7)),
                ("text", models.TextField()),
                ("by_id", models.UUIDField(null=True)),
                ("at", models.DateTimeField()),
                (
                    "matter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="ledger_notes", to="casework.matter"
                    ),
                ),
            ],
            options={
                "ordering": ["at", "id"],
                "indexes": [models.Index(fields=["matter", "month"], name="ledger_note_month")],
            },
        ),
        migrations.CreateModel(
            name="Mediation",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("sort", models.CharField(max_length=60)),
                ("mediator_id", models.UUIDField(null=True)),
                ("by_id", models.UUIDField(null=True)),
                ("at", models.DateTimeField()),
                ("state", models.CharField(default="open", max_length=10)),
                ("agreement", models.BinaryField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("broken", models.PositiveSmallIntegerField(default=0)),
                (
                    "matter",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="mediation", to="casework.matter"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["mediator_id"], name="mediation_mediator")],
            },
        ),
        migrations.CreateModel(
            name="FollowUp",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("due_on", models.DateField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "mediation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="follow_ups", to="casework.mediation"
                    ),
                ),
            ],
            options={
                "ordering": ["due_on", "id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("ended_at__isnull", True)), fields=["due_on"], name="follow_up_due"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="MediationMeeting",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("on", models.DateField()),
                ("where", models.CharField(max_length=200)),
                ("came", models.CharField(blank=True, default="", max_length=2)),
                ("note", models.BinaryField(null=True)),
                ("by_id", models.UUIDField(null=True)),
                ("at", models.DateTimeField()),
                (
                    "mediation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="meetings", to="casework.mediation"
                    ),
                ),
            ],
            options={
                "ordering": ["on", "at", "id"],
            },
        ),
        migrations.CreateModel(
            name="Move",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("seq", models.PositiveIntegerField()),
                ("step", models.CharField(max_length=20)),
                ("source", models.CharField(max_length=20)),
                ("target", models.CharField(max_length=20)),
                ("at", models.DateTimeField()),
                ("by_id", models.UUIDField(null=True)),
                ("on_behalf_of_id", models.UUIDField(null=True)),
                ("by_name", models.CharField(blank=True, default="", max_length=40)),
                ("body_id", models.UUIDField(null=True)),
                ("person_id", models.UUIDField(null=True)),
                ("note", models.TextField(blank=True, default="")),
                ("reason", models.TextField(blank=True, default="")),
                ("data", models.JSONField(default=dict)),
                (
                    "matter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="moves", to="casework.matter"
                    ),
                ),
            ],
            options={
                "ordering": ["seq"],
                "constraints": [models.UniqueConstraint(fields=("matter", "seq"), name="one_move_each")],
            },
        ),
        migrations.CreateModel(
            name="Nudge",
            fields=[
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("person_id", models.UUIDField()),
                ("kind", models.CharField(max_length=20)),
                ("key", models.CharField(max_length=80)),
                ("at", models.DateTimeField()),
                ("read_at", models.DateTimeField(null=True)),
                (
                    "matter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="nudges", to="casework.matter"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["person_id", "-at"], name="nudge_of"),
                    models.Index(
                        condition=models.Q(("read_at__isnull", True)), fields=["person_id"], name="nudge_unread"
                    ),
                ],
                "constraints": [models.UniqueConstraint(fields=("person_id", "key"), name="one_nudge_each")],
            },
        ),
        migrations.CreateModel(
            name="Numbered",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("year", models.PositiveSmallIntegerField()),
                ("number", models.PositiveIntegerField()),
                ("supervisor_id", models.UUIDField()),
                ("reason", models.TextField()),
                ("by_id", models.UUIDField(null=True)),
                ("at", models.DateTimeField()),
                ("struck_at", models.DateTimeField(null=True)),
                ("struck_by_id", models.UUIDField(null=True)),
                ("struck_note", models.TextField(blank=True, default="")),
                (
                    "matter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="numbers", to="casework.matter"
                    ),
                ),
            ],
            options={
                "ordering": ["-year", "-number"],
                "constraints": [
                    models.UniqueConstraint(fields=("year", "number"), name="one_number_each"),
                    models.UniqueConstraint(
                        condition=models.Q(("struck_at__isnull", True)), fields=("matter",), name="on_the_list_once"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OnAirCall",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("by_id", models.UUIDField(null=True)),
                ("at", models.DateTimeField()),
                (
                    "episode",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="calls", to="casework.episode"
                    ),
                ),
                (
                    "matter",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="on_air", to="casework.matter"
                    ),
                ),
                (
                    "told_in",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="told",
                        to="casework.episode",
                    ),
                ),
            ],
            options={
                "ordering": ["at", "id"],
            },
        ),
        migrations.CreateModel(
            name="OwnNumber",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                (
                    "matter",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="own_number", to="casework.matter"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Party",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("role", models.CharField(default="reporter", max_length=20)),
                ("disclosure", models.CharField(default="named", max_length=20)),
                ("accompaniment", models.BooleanField(default=False)),
                ("name", models.BinaryField(null=True)),
                ("phone", models.BinaryField(null=True)),
                ("phone_blind", models.BinaryField(db_index=True, max_length=16, null=True)),
                ("last_four", models.BinaryField(max_length=16, null=True)),
                ("erase_at_end", models.BooleanField(default=False)),
                (
                    "matter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="parties", to="casework.matter"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("erase_at_end", True)), fields=["matter"], name="party_to_erase")
                ],
            },
        ),
        migrations.CreateModel(
            name="PetitionCount",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("place_code", models.CharField(max_length=12)),
                ("month", models.DateField()),
                ("kind", models.CharField(max_length=60)),
                ("number", models.PositiveIntegerField()),
                ("by_id", models.UUIDField(null=True)),
                ("at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["month", "place_code"], name="petition_month")],
                "constraints": [
                    models.UniqueConstraint(fields=("place_code", "month", "kind"), name="one_count_a_month")
                ],
            },
        ),
        migrations.CreateModel(
            name="Recheck",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("caller_id", models.UUIDField(null=True)),
                ("by_id", models.UUIDField(null=True)),
                ("at", models.DateTimeField()),
                ("told_at", models.DateTimeField(null=True)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("tried_at", models.DateTimeField(null=True)),
                ("state", models.CharField(default="waiting", max_length=10)),
                ("differs", models.CharField(blank=True, default="", max_length=60)),
                (
                    "draw",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="rechecks", to="casework.calldraw"
                    ),
                ),
                (
                    "first",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="recheck", to="casework.judgement"
                    ),
                ),
                (
                    "matter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="rechecks", to="casework.matter"
                    ),
                ),
                (
                    "second",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="checked",
                        to="casework.judgement",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("state", "waiting")), fields=["at", "id"], name="recheck_waiting"),
                    models.Index(fields=["state", "told_at"], name="recheck_state"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Reply",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("text", models.TextField()),
                ("public_text", models.TextField(blank=True, default="")),
                ("by_id", models.UUIDField(null=True)),
                ("at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(null=True)),
                ("meaning", models.CharField(blank=True, default="", max_length=20)),
                ("delivered_at", models.DateTimeField(null=True)),
                ("delivered_by_id", models.UUIDField(null=True)),
                ("second_id", models.UUIDField(null=True)),
                (
                    "matter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="replies", to="casework.matter"
                    ),
                ),
            ],
            options={
                "ordering": ["at", "id"],
            },
        ),
        migrations.CreateModel(
            name="Promise",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("what", models.TextField()),
                ("who", models.CharField(blank=True, default="", max_length=120)),
                ("person_id", models.UUIDField(null=True)),
                ("body_id", models.UUIDField(null=True)),
                ("due_on", models.DateField()),
                ("by_id", models.UUIDField(null=True)),
                ("at", models.DateTimeField()),
                ("state", models.CharField(default="open", max_length=10)),
                ("asked_at", models.DateTimeField(null=True)),
                ("told_at", models.DateTimeField(null=True)),
                ("source", models.CharField(blank=True, default="", max_length=20)),
                ("words", models.TextField(blank=True, default="")),
                (
                    "matter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="promises", to="casework.matter"
                    ),
                ),
                (
                    "reply",
                    models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to="casework.reply"),
                ),
            ],
            options={
                "ordering": ["due_on", "id"],
                "indexes": [
                    models.Index(condition=models.Q(("state", "open")), fields=["due_on", "id"], name="promise_open"),
                    models.Index(fields=["state", "due_on", "id"], name="promise_state"),
                ],
            },
        ),
        migrations.AddField(
            model_name="judgement",
            name="reply",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="casework.reply"),
        ),
        migrations.CreateModel(
            name="CallTurn",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("thousandths", models.PositiveSmallIntegerField()),
                ("drawn", models.BooleanField()),
                ("waits", models.BooleanField()),
                ("at", models.DateTimeField()),
                ("ring_from", models.DateTimeField()),
                (
                    "matter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="turns", to="casework.matter"
                    ),
                ),
                (
                    "seed",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="turns", to="casework.dayseed"
                    ),
                ),
                (
                    "reply",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="turn", to="casework.reply"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("waits", True)), fields=["ring_from"], name="turn_to_come"),
                    models.Index(condition=models.Q(("waits", True)), fields=["matter"], name="turn_waits"),
                ],
            },
        ),
        migrations.CreateModel(
            name="CallBack",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("caller_id", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("local_day", models.DateField()),
                ("day_part", models.CharField(max_length=10)),
                ("outcome", models.CharField(max_length=20)),
                ("note", models.TextField(blank=True, default="")),
                ("again_at", models.DateTimeField(null=True)),
                (
                    "matter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="call_backs", to="casework.matter"
                    ),
                ),
                (
                    "promise",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="call_backs",
                        to="casework.promise",
                    ),
                ),
                (
                    "reply",
                    models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to="casework.reply"),
                ),
            ],
            options={
                "ordering": ["at", "id"],
            },
        ),
        migrations.CreateModel(
            name="Attachment",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("part", models.CharField(max_length=10)),
                ("by_id", models.UUIDField(null=True)),
                ("at", models.DateTimeField()),
                ("file", models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, to="core.storedfile")),
                (
                    "matter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="attachments", to="casework.matter"
                    ),
                ),
                (
                    "reply",
                    models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to="casework.reply"),
                ),
            ],
            options={
                "ordering": ["at", "id"],
            },
        ),
        migrations.CreateModel(
            name="ReplyDraft",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("number", models.PositiveSmallIntegerField()),
                ("text", models.TextField()),
                ("public_text", models.TextField(blank=True, default="")),
                ("by_id", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("state", models.CharField(default="waiting", max_length=10)),
                ("decided_by_id", models.UUIDField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("reason", models.TextField(blank=True, default="")),
                (
                    "matter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="drafts", to="casework.matter"
                    ),
                ),
            ],
            options={
                "ordering": ["number"],
                "indexes": [
                    models.Index(condition=models.Q(("state", "waiting")), fields=["at", "id"], name="draft_waiting")
                ],
                "constraints": [models.UniqueConstraint(fields=("matter", "number"), name="one_reply_draft_each")],
            },
        ),
        migrations.CreateModel(
            name="ReporterShare",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("public", models.BinaryField(max_length=32)),
                (
                    "matter",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="reporter_share", to="casework.matter"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Retention",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("reason", models.TextField()),
                ("reply", models.TextField()),
                ("public_text", models.TextField(blank=True, default="")),
                ("way", models.CharField(blank=True, default="", max_length=60)),
                ("review_on", models.DateField()),
                ("lapses_at", models.DateTimeField()),
                ("proposed_by_id", models.UUIDField()),
                ("body_id", models.UUIDField(null=True)),
                ("proposed_at", models.DateTimeField()),
                ("decided_by_id", models.UUIDField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("consented", models.BooleanField(null=True)),
                ("refusal", models.TextField(blank=True, default="")),
                ("objection", models.TextField(blank=True, default="")),
                ("objected_at", models.DateTimeField(null=True)),
                ("told_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_why", models.CharField(blank=True, default="", max_length=20)),
                (
                    "matter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="retentions", to="casework.matter"
                    ),
                ),
            ],
            options={
                "ordering": ["proposed_at", "id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("consented", True), ("ended_at__isnull", True)),
                        fields=["review_on"],
                        name="retention_due",
                    ),
                    models.Index(fields=["proposed_at"], name="retention_proposed"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("decided_at__isnull", True), ("ended_at__isnull", True)),
                        fields=("matter",),
                        name="one_keeping_proposed",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SealedKey",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("box", models.BinaryField(max_length=200)),
                (
                    "holder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="sealed_keys", to="casework.keyholder"
                    ),
                ),
                (
                    "matter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="sealed_keys", to="casework.matter"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("matter", "holder"), name="one_sealed_key_each")],
            },
        ),
        migrations.CreateModel(
            name="SealedText",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("table", models.CharField(max_length=60)),
                ("row", models.CharField(max_length=40)),
                ("box", models.BinaryField()),
                ("told", models.BinaryField(null=True)),
                (
                    "matter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="sealed_texts", to="casework.matter"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Seeking",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("why", models.CharField(max_length=10)),
                ("answer", models.CharField(max_length=10)),
                ("person_id", models.UUIDField(null=True)),
                ("on", models.DateField(null=True)),
                ("by_id", models.UUIDField(null=True)),
                ("at", models.DateTimeField()),
                ("outcome", models.CharField(blank=True, default="", max_length=10)),
                ("result", models.TextField(blank=True, default="")),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "matter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="seekings", to="casework.matter"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["person_id", "on"], name="seeking_person")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("answer", "accepted"), ("ended_at__isnull", True)),
                        fields=("matter",),
                        name="one_visit_at_a_time",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Session",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=10)),
                ("title", models.CharField(max_length=200)),
                ("place_code", models.CharField(max_length=15)),
                ("where", models.CharField(blank=True, default="", max_length=200)),
                ("meets_at", models.DateTimeField()),
                ("chair_id", models.UUIDField()),
                ("body_id", models.UUIDField(null=True)),
                ("called_by_id", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("minutes", models.TextField(blank=True, default="")),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_by_id", models.UUIDField(null=True)),
            ],
            options={
                "ordering": ["-meets_at", "id"],
                "indexes": [models.Index(fields=["place_code", "meets_at"], name="session_place")],
            },
        ),
        migrations.CreateModel(
            name="Pledge",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("place_code", models.CharField(max_length=12)),
                ("body_id", models.UUIDField(db_index=True)),
                ("who", models.CharField(max_length=80)),
                ("said", models.TextField()),
                ("until", models.DateField()),
                ("by_id", models.UUIDField(null=True)),
                ("at", models.DateTimeField()),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="pledges", to="casework.session"
                    ),
                ),
            ],
            options={
                "ordering": ["-at", "id"],
                "constraints": [models.UniqueConstraint(fields=("session", "body_id"), name="one_pledge_of_a_unit")],
            },
        ),
        migrations.CreateModel(
            name="SessionMatter",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("decision", models.TextField(blank=True, default="")),
                (
                    "matter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="sessions", to="casework.matter"
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="matters", to="casework.session"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(fields=("session", "matter"), name="one_place_on_the_list_each")
                ],
            },
        ),
        migrations.CreateModel(
            name="SessionMember",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("person_id", models.UUIDField(db_index=True)),
                ("present", models.BooleanField(null=True)),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="members", to="casework.session"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("session", "person_id"), name="one_seat_each")],
            },
        ),
        migrations.CreateModel(
            name="SessionTask",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("person_id", models.UUIDField(db_index=True)),
                ("body_id", models.UUIDField(null=True)),
                ("text", models.TextField()),
                ("due_on", models.DateField()),
                ("at", models.DateTimeField()),
                ("done_at", models.DateTimeField(null=True)),
                ("done_note", models.TextField(blank=True, default="")),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="tasks", to="casework.sessionmatter"
                    ),
                ),
            ],
            options={
                "ordering": ["due_on", "id"],
            },
        ),
        migrations.CreateModel(
            name="SessionVote",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("person_id", models.UUIDField()),
                ("word", models.CharField(max_length=10)),
                ("dissent", models.TextField(blank=True, default="")),
                ("at", models.DateTimeField()),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="votes", to="casework.sessionmatter"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("item", "person_id"), name="one_vote_each")],
            },
        ),
        migrations.CreateModel(
            name="Share",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("part", models.CharField(max_length=10)),
                ("body_id", models.UUIDField(null=True)),
                ("person_id", models.UUIDField(null=True)),
                ("session_id", models.UUIDField(null=True)),
                ("asked", models.TextField(blank=True, default="")),
                ("by_id", models.UUIDField(null=True)),
                ("at", models.DateTimeField()),
                ("due_on", models.DateField(null=True)),
                ("read_at", models.DateTimeField(null=True)),
                ("read_by_id", models.UUIDField(null=True)),
                ("answer", models.TextField(blank=True, default="")),
                ("answered_at", models.DateTimeField(null=True)),
                ("answered_by_id", models.UUIDField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "matter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="shares", to="casework.matter"
                    ),
                ),
            ],
            options={
                "ordering": ["at", "id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("ended_at__isnull", True)), fields=["body_id", "at"], name="share_body"
                    ),
                    models.Index(
                        condition=models.Q(("ended_at__isnull", True)), fields=["person_id", "at"], name="share_person"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Side",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("letter", models.CharField(max_length=1)),
                ("person_id", models.UUIDField(null=True)),
                ("household_id", models.UUIDField(null=True)),
                ("name", models.BinaryField(null=True)),
                ("phone", models.BinaryField(null=True)),
                ("phone_blind", models.BinaryField(db_index=True, max_length=16, null=True)),
                ("words", models.BinaryField(null=True)),
                ("heard_at", models.DateTimeField(null=True)),
                ("heard_by_id", models.UUIDField(null=True)),
                ("proof_key", models.BinaryField(db_index=True, max_length=16, null=True)),
                ("last_four", models.BinaryField(max_length=16, null=True)),
                (
                    "mediation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="sides", to="casework.mediation"
                    ),
                ),
            ],
            options={
                "ordering": ["letter"],
                "constraints": [models.UniqueConstraint(fields=("mediation", "letter"), name="one_side_each")],
            },
        ),
        migrations.CreateModel(
            name="SideSaid",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=10)),
                ("words", models.BinaryField(null=True)),
                ("at", models.DateTimeField()),
                (
                    "side",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="written", to="casework.side"
                    ),
                ),
            ],
            options={
                "ordering": ["at", "id"],
            },
        ),
        migrations.CreateModel(
            name="SideWord",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("word", models.CharField(max_length=10)),
                ("words", models.BinaryField(null=True)),
                ("by_id", models.UUIDField(null=True)),
                ("at", models.DateTimeField()),
                (
                    "follow_up",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="said", to="casework.followup"
                    ),
                ),
                (
                    "side",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="said", to="casework.side"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("follow_up", "side"), name="one_word_a_side")],
            },
        ),
        migrations.CreateModel(
            name="Signal",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("place_code", models.CharField(max_length=15)),
                ("topic", models.CharField(max_length=60)),
                ("text", models.TextField()),
                ("plan", models.TextField()),
                ("owner_id", models.UUIDField()),
                ("due_on", models.DateField()),
                ("by_id", models.UUIDField(null=True)),
                ("at", models.DateTimeField()),
                ("outcome", models.CharField(blank=True, default="", max_length=10)),
                ("result", models.TextField(blank=True, default="")),
                ("ended_by_id", models.UUIDField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "issue",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signals",
                        to="casework.issue",
                    ),
                ),
                (
                    "matter",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signals",
                        to="casework.matter",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=["place_code", "due_on"],
                        name="signal_open",
                    ),
                    models.Index(fields=["place_code", "ended_at"], name="signal_place"),
                    models.Index(fields=["owner_id"], name="signal_owner"),
                ],
            },
        ),
        migrations.CreateModel(
            name="CaseTally",
            fields=[
                (
                    "matter",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="tally",
                        serialize=False,
                        to="casework.matter",
                    ),
                ),
                ("opened_on", models.DateField()),
                ("answered_on", models.DateField(null=True)),
                ("closed_on", models.DateField(null=True)),
                ("place_code", models.CharField(max_length=15)),
                ("programme", models.CharField(max_length=60)),
                ("kind", models.CharField(max_length=60)),
                ("channel", models.CharField(max_length=60)),
                ("topic", models.CharField(max_length=60)),
                ("nature", models.CharField(max_length=60)),
                ("way", models.CharField(max_length=60)),
                ("intent", models.CharField(default="", max_length=60)),
                ("heading", models.CharField(default="", max_length=60)),
                ("handling", models.CharField(default="", max_length=60)),
                ("level", models.CharField(max_length=20)),
                ("state", models.CharField(max_length=20)),
                ("reporter", models.CharField(max_length=20)),
                ("limit", models.CharField(max_length=30)),
                ("result", models.CharField(max_length=20)),
                ("call", models.CharField(max_length=20)),
                ("body_id", models.UUIDField(null=True)),
                ("handler_id", models.UUIDField(null=True)),
                ("supervisor_id", models.UUIDField(null=True)),
                ("caller_id", models.UUIDField(null=True)),
                ("staff", models.BooleanField(default=False)),
                ("collected", models.PositiveSmallIntegerField()),
                ("answered", models.PositiveSmallIntegerField()),
                ("delivered", models.PositiveSmallIntegerField()),
                ("in_time", models.PositiveSmallIntegerField()),
                ("asked", models.PositiveSmallIntegerField(default=0)),
                ("called", models.PositiveSmallIntegerField()),
                ("heard", models.PositiveSmallIntegerField()),
                ("closed", models.PositiveSmallIntegerField()),
                ("solved", models.PositiveSmallIntegerField()),
                ("graded", models.PositiveSmallIntegerField()),
                ("satisfied", models.PositiveSmallIntegerField()),
                ("points", models.PositiveSmallIntegerField()),
                ("reasonable", models.PositiveSmallIntegerField()),
                ("reasonable_graded", models.PositiveSmallIntegerField()),
                ("reasonable_satisfied", models.PositiveSmallIntegerField()),
                ("reopened", models.PositiveSmallIntegerField()),
                ("common", models.PositiveSmallIntegerField()),
                ("said_contacted", models.PositiveSmallIntegerField(default=0)),
                ("was_contacted", models.PositiveSmallIntegerField(default=0)),
                ("said_true", models.PositiveSmallIntegerField(default=0)),
                ("was_true", models.PositiveSmallIntegerField(default=0)),
                ("said_solved", models.PositiveSmallIntegerField(default=0)),
                ("was_solved", models.PositiveSmallIntegerField(default=0)),
                ("said_grade", models.PositiveSmallIntegerField(default=0)),
                ("was_satisfied", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["opened_on", "place_code"], name="case_tally_opened"),
                    models.Index(fields=["answered_on", "place_code"], name="case_tally_answered"),
                    models.Index(fields=["closed_on", "place_code"], name="case_tally_closed"),
                ],
            },
        ),
        migrations.RunPython(sweep_often, migrations.RunPython.noop),
    ]
