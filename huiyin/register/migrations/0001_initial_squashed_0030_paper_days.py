import django.db.models.deletion
from django.db import migrations, models

import huiyin.core.ids
import huiyin.core.kept
from huiyin.core.making import AtOnce


class Migration(AtOnce):
    replaces = [
        ("register", "0001_initial"),
        ("register", "0002_rosters"),
        ("register", "0003_rounds"),
        ("register", "0004_household_file"),
        ("register", "0005_findable"),
        ("register", "0006_cards"),
        ("register", "0007_roster_attempts"),
        ("register", "0008_erasure_decided"),
        ("register", "0009_place_shapes"),
        ("register", "0010_handover_villages"),
        ("register", "0011_abodes"),
        ("register", "0012_ties"),
        ("register", "0013_duty_hours"),
        ("register", "0014_coverage_counts"),
        ("register", "0015_place_facts"),
        ("register", "0016_handbook"),
        ("register", "0017_lists_of_relatives"),
        ("register", "0018_file_bodies_and_phones"),
        ("register", "0019_cover_kept"),
        ("register", "0020_portraits"),
        ("register", "0021_relief"),
        ("register", "0022_kit"),
        ("register", "0023_paper_kinds"),
        ("register", "0024_body_states"),
        ("register", "0025_certificates"),
        ("register", "0026_clients"),
        ("register", "0027_industry"),
        ("register", "0028_need"),
        ("register", "0029_proposal_index"),
        ("register", "0030_paper_days"),
    ]

    initial = True

    dependencies = [
        ("core", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="CoverCount",
            fields=[
                ("place_code", models.CharField(max_length=12, primary_key=True, serialize=False)),
                ("households", models.PositiveIntegerField()),
                ("covered", models.PositiveIntegerField()),
                ("gone", models.PositiveIntegerField()),
                ("double", models.PositiveIntegerField()),
                ("excluded", models.PositiveIntegerField()),
                ("homes", models.PositiveIntegerField(default=0)),
                ("right", models.PositiveIntegerField(default=0)),
                ("stale", models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="CoverMark",
            fields=[
                ("id", models.PositiveSmallIntegerField(primary_key=True, serialize=False)),
                ("counted_at", models.DateTimeField()),
                ("day", models.DateField()),
                ("rulebook_id", models.UUIDField()),
            ],
        ),
        migrations.CreateModel(
            name="PhoneCount",
            fields=[
                ("place_code", models.CharField(max_length=15, primary_key=True, serialize=False)),
                ("households", models.PositiveIntegerField()),
                ("reached", models.PositiveIntegerField()),
                ("people", models.PositiveIntegerField()),
                ("with_number", models.PositiveIntegerField()),
                ("numbers", models.PositiveIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="PhoneMark",
            fields=[
                ("id", models.PositiveSmallIntegerField(primary_key=True, serialize=False)),
                ("counted_at", models.DateTimeField()),
                ("day", models.DateField()),
            ],
        ),
        migrations.CreateModel(
            name="ReliefList",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("day", models.DateField()),
                ("what", models.CharField(max_length=60)),
                ("source", models.CharField(max_length=60)),
                ("at", models.DateTimeField()),
                ("by_id", models.UUIDField(null=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="StaffEdition",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.PositiveSmallIntegerField(primary_key=True, serialize=False)),
                ("key", models.UUIDField()),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Body",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=80)),
                ("kind", models.CharField(max_length=30)),
                ("place_code", models.CharField(db_index=True, max_length=15)),
                ("system", models.CharField(blank=True, default="", max_length=60)),
                ("industry", models.CharField(blank=True, default="", max_length=20)),
                ("phone", models.CharField(blank=True, default="", max_length=30)),
                ("address", models.CharField(blank=True, default="", max_length=200)),
                ("pinyin", models.CharField(blank=True, default="", max_length=300)),
                ("since", models.DateField()),
                ("until", models.DateField(blank=True, null=True)),
                (
                    "parent",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="register.body",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("until__isnull", True), ("until__gte", models.F("since")), _connector="OR"),
                        name="body_period_in_order",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("until__isnull", True)),
                        fields=("name", "place_code"),
                        name="one_body_of_a_name",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BodyAbove",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("height", models.PositiveSmallIntegerField()),
                (
                    "above",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="under", to="register.body"
                    ),
                ),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="line", to="register.body"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("body", "above"), name="one_line_each")],
            },
        ),
        migrations.CreateModel(
            name="BodyName",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=80)),
                ("since", models.DateField()),
                ("until", models.DateField()),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="names", to="register.body"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("until__isnull", True), ("until__gte", models.F("since")), _connector="OR"),
                        name="body_name_period_in_order",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="BodyState",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("since", models.DateField()),
                ("until", models.DateField(blank=True, null=True)),
                ("recorded_at", models.DateTimeField()),
                ("replaced_at", models.DateTimeField(blank=True, null=True)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("state", models.CharField(max_length=10)),
                ("note", models.CharField(blank=True, default="", max_length=120)),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="states", to="register.body"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("until__isnull", True), ("until__gte", models.F("since")), _connector="OR"),
                        name="body_state_period_in_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ("running", "stopped", "switched", "closed"))),
                        name="body_state_known",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("replaced_at__isnull", True), ("until__isnull", True)),
                        fields=("body",),
                        name="one_state_of_a_body",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CoverLed",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("place_code", models.CharField(max_length=12)),
                ("official_id", models.UUIDField()),
                ("households", models.PositiveIntegerField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("place_code", "official_id"), name="cover_led_once")],
            },
        ),
        migrations.CreateModel(
            name="CoverLoad",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("official_id", models.UUIDField()),
                ("place_code", models.CharField(max_length=15)),
                ("body_id", models.UUIDField(null=True)),
                ("tier", models.CharField(blank=True, max_length=30)),
                ("households", models.PositiveIntegerField()),
                ("least", models.PositiveIntegerField()),
                ("most", models.PositiveIntegerField()),
                ("serving", models.BooleanField()),
            ],
            options={
                "indexes": [models.Index(fields=["serving", "-households", "official_id"], name="cover_load_busiest")],
            },
        ),
        migrations.CreateModel(
            name="DutyHours",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("since", models.DateField()),
                ("until", models.DateField(blank=True, null=True)),
                ("recorded_at", models.DateTimeField()),
                ("replaced_at", models.DateTimeField(blank=True, null=True)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("what", models.CharField(default="hours", max_length=8)),
                ("words", models.CharField(max_length=120)),
                (
                    "official",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="duty_hours", to="core.official"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("until__isnull", True), ("until__gte", models.F("since")), _connector="OR"),
                        name="duty_hours_period_in_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("what__in", ("hours", "work"))), name="duty_words_known"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("replaced_at__isnull", True), ("until__isnull", True)),
                        fields=("official", "what"),
                        name="one_word_on_duty_hours",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Erasure",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("place_code", models.CharField(blank=True, default="", max_length=15)),
                ("reason", models.CharField(max_length=10)),
                ("state", models.CharField(default="asked", max_length=8)),
                ("asked_at", models.DateTimeField()),
                ("asked_by_id", models.UUIDField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("decided_by_id", models.UUIDField(null=True)),
                ("keys", models.JSONField(default=list)),
                ("files", models.JSONField(default=list)),
                ("counts", models.JSONField(default=dict)),
                ("certified_at", models.DateTimeField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="erasures", to="core.person"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ("asked", "declined", "decided", "done"))),
                        name="erasure_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason__in", ("wish", "no_need", "moved", "died", "unlawful"))),
                        name="erasure_reason_known",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("asked", "decided", "done"))),
                        fields=("person",),
                        name="one_erasure_of_a_person",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Erased",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=6)),
                ("mark", models.BinaryField(db_index=True, max_length=16)),
                (
                    "erasure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="marks", to="register.erasure"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ("number", "home", "phone"))), name="erased_mark_known"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Findable",
            fields=[
                ("resident_id", models.UUIDField(primary_key=True, serialize=False)),
                ("place_code", models.CharField(max_length=15)),
                ("name", models.CharField(max_length=60)),
                ("given", models.CharField(max_length=60)),
                ("pinyin", models.CharField(max_length=120)),
                ("initials", models.CharField(max_length=20)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["name", "place_code"], name="findable_name"),
                    models.Index(fields=["given", "place_code"], name="findable_given"),
                    models.Index(fields=["pinyin", "place_code"], name="findable_pinyin"),
                    models.Index(fields=["initials", "place_code"], name="findable_initials"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Handover",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("why", models.CharField(max_length=12)),
                ("on", models.DateField()),
                ("at", models.DateTimeField()),
                ("by_id", models.UUIDField(null=True)),
                ("links", models.PositiveIntegerField(default=0)),
                ("matters", models.PositiveIntegerField(default=0)),
                ("matters_at", models.DateTimeField(null=True)),
                ("villages", models.JSONField(null=True)),
                (
                    "official",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="handovers", to="core.official"
                    ),
                ),
                (
                    "successor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="taken_over", to="core.official"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("matters_at__isnull", True)), fields=["at"], name="handover_open")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("official", models.F("successor")), _negated=True),
                        name="handover_to_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("why__in", ("transfer", "leave", "retired", "rotation", "other"))),
                        name="handover_why_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HeaderChoice",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=12)),
                ("header", models.CharField(max_length=60)),
                ("field", models.CharField(blank=True, default="", max_length=30)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("kind", "header"), name="one_choice_of_a_header")],
            },
        ),
        migrations.CreateModel(
            name="Household",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("code", models.CharField(max_length=40, unique=True)),
                ("place_code", models.CharField(db_index=True, max_length=15)),
                ("door", models.BinaryField(null=True)),
                ("status", models.CharField(default="present", max_length=20)),
                ("people_stated", models.PositiveSmallIntegerField(null=True)),
                ("since", models.DateField()),
                ("until", models.DateField(blank=True, null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("until__isnull", True), ("until__gte", models.F("since")), _connector="OR"),
                        name="household_period_in_order",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="FileNote",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("section", models.CharField(max_length=12)),
                ("body", models.BinaryField()),
                ("by_id", models.UUIDField(null=True)),
                ("at", models.DateTimeField()),
                ("paper_on", models.DateField(null=True)),
                ("replaced_at", models.DateTimeField(null=True)),
                (
                    "household",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="notes", to="register.household"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "section__in",
                                (
                                    "basics",
                                    "work",
                                    "school",
                                    "medical",
                                    "old_age",
                                    "hardship",
                                    "wishes",
                                    "advice",
                                    "plans",
                                ),
                            )
                        ),
                        name="file_section_known",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("replaced_at__isnull", True)),
                        fields=("household", "section"),
                        name="one_note_of_a_section",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FileKey",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("blind", models.BinaryField(max_length=16, unique=True)),
                ("made_at", models.DateTimeField()),
                ("made_by_id", models.UUIDField(null=True)),
                ("expires_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "household",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="file_keys", to="register.household"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Enquiry",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("asked_at", models.DateTimeField()),
                ("told_at", models.DateTimeField(null=True)),
                ("told_by_id", models.UUIDField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="enquiries", to="core.person"
                    ),
                ),
                (
                    "household",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="enquiries", to="register.household"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("told_at__isnull", True)),
                        fields=("household",),
                        name="one_open_enquiry_of_a_household",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Correction",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("fact", models.CharField(max_length=20)),
                ("before", models.BinaryField()),
                ("after", models.BinaryField()),
                ("reason", models.BinaryField()),
                ("by_id", models.UUIDField(null=True)),
                ("at", models.DateTimeField()),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrections",
                        to="core.person",
                    ),
                ),
                (
                    "household",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="corrections", to="register.household"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["household", "-at"], name="correction_of_household")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("fact__in", ("relation", "phone", "door", "people_stated"))),
                        name="corrected_fact_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Abode",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("since", models.DateField()),
                ("until", models.DateField(blank=True, null=True)),
                ("recorded_at", models.DateTimeField()),
                ("replaced_at", models.DateTimeField(blank=True, null=True)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("place_code", models.CharField(max_length=15)),
                ("door", models.BinaryField(null=True)),
                ("status", models.CharField(max_length=20)),
                (
                    "household",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="abodes", to="register.household"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("until__isnull", True), ("until__gte", models.F("since")), _connector="OR"),
                        name="abode_period_in_order",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="HouseholdSuccession",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("how", models.CharField(max_length=6)),
                ("on", models.DateField()),
                ("at", models.DateTimeField()),
                (
                    "new",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="came_from", to="register.household"
                    ),
                ),
                (
                    "old",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="became", to="register.household"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("how__in", ("split", "merged"))), name="household_succession_how_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("old", models.F("new")), _negated=True), name="no_household_follows_itself"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Identity",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("number", models.BinaryField(null=True)),
                ("blind", models.BinaryField(max_length=16, null=True)),
                ("birth_year", models.PositiveSmallIntegerField(null=True)),
                ("sex", models.CharField(blank=True, default="", max_length=6)),
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="identity", to="core.person"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("blind",), name="one_person_of_an_id_number")],
            },
        ),
        migrations.CreateModel(
            name="ImportRun",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=12)),
                ("file_name", models.CharField(max_length=120)),
                ("form", models.CharField(max_length=4)),
                ("sheet", models.CharField(blank=True, default="", max_length=60)),
                ("sha256", models.CharField(db_index=True, max_length=64)),
                ("size", models.PositiveIntegerField()),
                ("state", models.CharField(default="received", max_length=10)),
                ("header", models.JSONField(default=list)),
                ("header_row", models.PositiveIntegerField(default=1)),
                ("columns", models.JSONField(default=dict)),
                ("counts", models.JSONField(default=dict)),
                ("lines", models.PositiveIntegerField(default=0)),
                ("parts", models.PositiveIntegerField(default=0)),
                ("done", models.PositiveIntegerField(default=0)),
                ("since", models.DateField()),
                ("refused", models.CharField(blank=True, default="", max_length=40)),
                ("added_at", models.DateTimeField(db_index=True)),
                ("added_by_id", models.UUIDField(null=True)),
                ("acting_id", models.BigIntegerField(null=True)),
                ("worked_at", models.DateTimeField()),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("applied_at", models.DateTimeField(null=True)),
                ("forgotten_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ("households", "residents", "staff", "links", "relatives", "clients"))
                        ),
                        name="import_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                (
                                    "received",
                                    "columns",
                                    "reading",
                                    "staged",
                                    "applying",
                                    "applied",
                                    "undoing",
                                    "undone",
                                    "abandoned",
                                    "refused",
                                ),
                            )
                        ),
                        name="import_state_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HeldLine",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("number", models.PositiveIntegerField()),
                ("reason", models.CharField(max_length=40)),
                ("about", models.JSONField(default=list)),
                ("body", models.BinaryField(null=True)),
                ("decision", models.CharField(blank=True, default="", max_length=6)),
                ("decided_by_id", models.UUIDField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("applied_at", models.DateTimeField(null=True)),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="held", to="register.importrun"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["run", "decision", "number"], name="held_by_decision")],
                "constraints": [
                    models.UniqueConstraint(fields=("run", "number"), name="a_line_is_held_once"),
                    models.CheckConstraint(
                        condition=models.Q(("decision__in", ("", "same", "new", "move", "end", "skip"))),
                        name="import_decision_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Kin",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("since", models.DateField()),
                ("until", models.DateField(blank=True, null=True)),
                ("recorded_at", models.DateTimeField()),
                ("replaced_at", models.DateTimeField(blank=True, null=True)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("relation", models.CharField(blank=True, default="", max_length=20)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="kin_of", to="core.person"
                    ),
                ),
                (
                    "relative",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="kin_to", to="core.person"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("until__isnull", True), ("until__gte", models.F("since")), _connector="OR"),
                        name="kin_period_in_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("person", models.F("relative")), _negated=True),
                        name="nobody_is_their_own_kin",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="KitGiven",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("programme", models.CharField(max_length=60)),
                ("item", models.CharField(max_length=60)),
                ("day", models.DateField()),
                ("at", models.DateTimeField()),
                ("by_id", models.UUIDField(null=True)),
                ("struck_at", models.DateTimeField(null=True)),
                (
                    "official",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="kit", to="core.official"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("struck_at__isnull", True)),
                        fields=("official", "programme", "item"),
                        name="an_item_of_the_kit_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Link",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("since", models.DateField()),
                ("until", models.DateField(blank=True, null=True)),
                ("recorded_at", models.DateTimeField()),
                ("replaced_at", models.DateTimeField(blank=True, null=True)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("kind", models.CharField(default="lead", max_length=12)),
                ("origin", models.CharField(blank=True, default="", max_length=30)),
                ("programme", models.CharField(blank=True, default="", max_length=60)),
                ("pairing", models.CharField(blank=True, default="", max_length=60)),
                ("round_id", models.UUIDField(null=True)),
                ("handover_id", models.UUIDField(db_index=True, null=True)),
                (
                    "body",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="links", to="register.body"
                    ),
                ),
                (
                    "household",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="links",
                        to="register.household",
                    ),
                ),
                (
                    "official",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="links", to="core.official"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("replaced_at__isnull", True), ("until__isnull", True)),
                        fields=["official", "kind"],
                        name="link_of_official",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("until__isnull", True), ("until__gte", models.F("since")), _connector="OR"),
                        name="link_period_in_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ("lead", "supporting"))), name="link_kind_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("body__isnull", False), ("household__isnull", True)),
                            models.Q(("body__isnull", True), ("household__isnull", False)),
                            _connector="OR",
                        ),
                        name="link_has_one_target",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "lead"), ("replaced_at__isnull", True), ("until__isnull", True)),
                        fields=("household", "programme"),
                        name="one_lead_of_a_household",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LinkExclusion",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("since", models.DateField()),
                ("until", models.DateField(blank=True, null=True)),
                ("recorded_at", models.DateTimeField()),
                ("replaced_at", models.DateTimeField(blank=True, null=True)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("why", models.CharField(max_length=20)),
                ("note", models.CharField(blank=True, default="", max_length=200)),
                ("by_id", models.UUIDField(null=True)),
                (
                    "household",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="exclusions",
                        to="register.household",
                    ),
                ),
                (
                    "official",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="exclusions",
                        to="core.official",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("until__isnull", True), ("until__gte", models.F("since")), _connector="OR"),
                        name="link_exclusion_period_in_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "why__in",
                                (
                                    "empty_house",
                                    "away_long",
                                    "collective",
                                    "declined",
                                    "sick_leave",
                                    "secondment",
                                    "study",
                                    "retiring",
                                ),
                            )
                        ),
                        name="link_exclusion_why_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("household__isnull", True), ("official__isnull", False)),
                            models.Q(("household__isnull", False), ("official__isnull", True)),
                            _connector="OR",
                        ),
                        name="link_exclusion_of_one",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LinkRound",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("programme", models.CharField(max_length=60)),
                ("pairing", models.CharField(max_length=60)),
                ("place_code", models.CharField(max_length=15)),
                ("state", models.CharField(default="asked", max_length=12)),
                ("since", models.DateField()),
                ("asked_at", models.DateTimeField()),
                ("asked_by_id", models.UUIDField(null=True)),
                ("proposed_at", models.DateTimeField(null=True)),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("confirmed_by_id", models.UUIDField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("figures", models.JSONField(default=dict)),
                ("shortages", models.JSONField(default=list)),
                ("digest", models.CharField(blank=True, default="", max_length=64)),
                ("done", models.PositiveIntegerField(default=0)),
                ("version", models.PositiveIntegerField(default=1)),
                ("rulebook", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="core.rulebookversion")),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ("asked", "proposed", "confirming", "confirmed", "withdrawn"))
                        ),
                        name="link_round_state_known",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("asked", "proposed", "confirming"))),
                        fields=("programme", "pairing"),
                        name="one_link_round_at_a_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LinkProposal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("place_code", models.CharField(max_length=15)),
                ("by_hand", models.BooleanField(default=False)),
                ("done", models.BooleanField(default=False)),
                (
                    "before",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="proposals",
                        to="register.link",
                    ),
                ),
                (
                    "household",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="proposals", to="register.household"
                    ),
                ),
                (
                    "official",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="proposals",
                        to="core.official",
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="proposals",
                        to="register.linkround",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["round", "place_code", "id"], name="proposal_place"),
                    models.Index(fields=["round", "official"], name="proposal_official"),
                    models.Index(condition=models.Q(("done", False)), fields=["round", "id"], name="proposal_open"),
                ],
                "constraints": [models.UniqueConstraint(fields=("round", "household"), name="one_proposal_each")],
            },
        ),
        migrations.CreateModel(
            name="LinkWish",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("since", models.DateField()),
                ("until", models.DateField(blank=True, null=True)),
                ("recorded_at", models.DateTimeField()),
                ("replaced_at", models.DateTimeField(blank=True, null=True)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                (
                    "household",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="wishes", to="register.household"
                    ),
                ),
                (
                    "official",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="wished_away", to="core.official"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("until__isnull", True), ("until__gte", models.F("since")), _connector="OR"),
                        name="link_wish_period_in_order",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("replaced_at__isnull", True), ("until__isnull", True)),
                        fields=("household", "official"),
                        name="one_wish_each",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("since", models.DateField()),
                ("until", models.DateField(blank=True, null=True)),
                ("recorded_at", models.DateTimeField()),
                ("replaced_at", models.DateTimeField(blank=True, null=True)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("programme", models.CharField(max_length=60)),
                ("category", models.CharField(max_length=60)),
                ("high", models.BooleanField(default=False)),
                ("source", models.CharField(max_length=200)),
                ("review_on", models.DateField(null=True)),
                ("matter_id", models.UUIDField(db_index=True, null=True)),
                ("paper_until", models.DateField(null=True)),
                ("where", models.BinaryField(null=True)),
                ("by_id", models.UUIDField(null=True)),
                (
                    "body",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="clients",
                        to="register.body",
                    ),
                ),
                (
                    "household",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="memberships", to="register.household"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to="core.person",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["programme", "category", "household"], name="membership_of_category")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("until__isnull", True), ("until__gte", models.F("since")), _connector="OR"),
                        name="membership_period_in_order",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("body__isnull", True),
                            ("person__isnull", True),
                            ("replaced_at__isnull", True),
                            ("until__isnull", True),
                        ),
                        fields=("household", "programme", "category"),
                        name="a_household_once_in_a_category",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("body__isnull", True),
                            ("person__isnull", False),
                            ("replaced_at__isnull", True),
                            ("until__isnull", True),
                        ),
                        fields=("person", "programme", "category"),
                        name="a_person_once_in_a_category",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("person__isnull", True), ("replaced_at__isnull", True), ("until__isnull", True)
                        ),
                        fields=("household", "programme", "category", "body"),
                        name="a_household_once_under_a_body",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("person__isnull", False), ("replaced_at__isnull", True), ("until__isnull", True)
                        ),
                        fields=("person", "programme", "category", "body"),
                        name="a_person_once_under_a_body",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="NeedLook",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("programme", models.CharField(max_length=60)),
                ("category", models.CharField(max_length=60)),
                ("high", models.BooleanField(default=False)),
                ("drawn_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(null=True)),
                ("found", models.BooleanField(default=False)),
                ("by_id", models.UUIDField(null=True)),
                (
                    "household",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="need_looks", to="register.household"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("answered_at__isnull", True)),
                        fields=("household", "programme", "category"),
                        name="one_open_look_of_a_household",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Objection",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("place_code", models.CharField(max_length=15)),
                ("about", models.CharField(max_length=12)),
                ("words", models.BinaryField()),
                ("door", models.CharField(max_length=5)),
                ("made_at", models.DateTimeField()),
                ("made_by_id", models.UUIDField(null=True)),
                ("paper_on", models.DateField(null=True)),
                ("due_on", models.DateField()),
                ("owner_id", models.UUIDField(null=True)),
                ("outcome", models.CharField(blank=True, default="", max_length=10)),
                ("answer", models.BinaryField(null=True)),
                ("answered_at", models.DateTimeField(null=True)),
                ("answered_by_id", models.UUIDField(null=True)),
                (
                    "household",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="objections", to="register.household"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("answered_at__isnull", True)),
                        fields=["place_code", "due_on"],
                        name="objection_open",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("about__in", ("members", "phones", "door", "category", "notes", "links", "other"))
                        ),
                        name="objection_about_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("door__in", ("desk", "proof"))), name="objection_door_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("outcome__in", ("", "corrected", "removed", "kept"))),
                        name="objection_outcome_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Overlay",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=30)),
                ("name", models.CharField(max_length=60)),
                ("code", models.CharField(max_length=30, unique=True)),
                ("since", models.DateField()),
                ("until", models.DateField(blank=True, null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("until__isnull", True), ("until__gte", models.F("since")), _connector="OR"),
                        name="overlay_period_in_order",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="OverlayPlace",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("place_code", models.CharField(db_index=True, max_length=15)),
                ("since", models.DateField()),
                ("until", models.DateField(blank=True, null=True)),
                (
                    "overlay",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="members", to="register.overlay"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("until__isnull", True), ("until__gte", models.F("since")), _connector="OR"),
                        name="overlay_place_period_in_order",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("until__isnull", True)),
                        fields=("overlay", "place_code"),
                        name="a_place_once_in_an_overlay",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Phone",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("since", models.DateField()),
                ("until", models.DateField(blank=True, null=True)),
                ("recorded_at", models.DateTimeField()),
                ("replaced_at", models.DateTimeField(blank=True, null=True)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("number", models.BinaryField()),
                ("blind", models.BinaryField(db_index=True, max_length=16)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="phones", to="core.person"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("until__isnull", True), ("until__gte", models.F("since")), _connector="OR"),
                        name="phone_period_in_order",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Place",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("code", models.CharField(max_length=15)),
                ("name", models.CharField(max_length=60)),
                ("level", models.CharField(max_length=30)),
                ("parent_code", models.CharField(blank=True, default="", max_length=15)),
                ("pinyin", models.CharField(blank=True, default="", max_length=200)),
                ("initials", models.CharField(blank=True, default="", max_length=60)),
                ("since", models.DateField(blank=True, null=True)),
                ("until", models.DateField(blank=True, null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["code"], name="place_code"),
                    models.Index(fields=["parent_code"], name="place_parent"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("until__isnull", True)), fields=("code",), name="one_place_of_a_code"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until__isnull", True),
                            ("since__isnull", True),
                            ("until__gte", models.F("since")),
                            _connector="OR",
                        ),
                        name="place_period_in_order",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PlaceFact",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("since", models.DateField()),
                ("until", models.DateField(blank=True, null=True)),
                ("recorded_at", models.DateTimeField()),
                ("replaced_at", models.DateTimeField(blank=True, null=True)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("place_code", models.CharField(max_length=15)),
                ("programme", models.CharField(max_length=60)),
                ("fact", models.CharField(max_length=60)),
                ("value", models.CharField(max_length=200)),
                ("source", models.CharField(max_length=200)),
                ("by_id", models.UUIDField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["programme", "fact", "place_code"], name="place_fact")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("until__isnull", True), ("until__gte", models.F("since")), _connector="OR"),
                        name="place_fact_period_in_order",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("replaced_at__isnull", True), ("until__isnull", True)),
                        fields=("place_code", "programme", "fact"),
                        name="one_standing_fact_of_a_place",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PlaceShape",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("place_code", models.CharField(db_index=True, max_length=15)),
                ("coordinates", models.JSONField()),
                ("source", models.CharField(max_length=100)),
                ("since", models.DateField(blank=True, null=True)),
                ("until", models.DateField(blank=True, null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("until__isnull", True)), fields=("place_code",), name="one_shape_of_a_place"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until__isnull", True),
                            ("since__isnull", True),
                            ("until__gte", models.F("since")),
                            _connector="OR",
                        ),
                        name="shape_period_in_order",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PlaceSuccession",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("old_code", models.CharField(db_index=True, max_length=15)),
                ("new_code", models.CharField(db_index=True, max_length=15)),
                ("on", models.DateField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("old_code", "new_code"), name="one_succession_each")],
            },
        ),
        migrations.CreateModel(
            name="Portrait",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("day", models.DateField()),
                ("at", models.DateTimeField()),
                ("by_id", models.UUIDField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended", models.CharField(blank=True, default="", max_length=10)),
                ("shredded_at", models.DateTimeField(null=True)),
                (
                    "file",
                    models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, to="core.storedfile"),
                ),
                (
                    "official",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="portraits", to="core.official"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("ended_at__isnull", False), ("shredded_at__isnull", True)),
                        fields=["ended_at"],
                        name="portrait_to_shred",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ended__in", ("", "replaced", "taken_down", "withdrawn", "post_ended"))),
                        name="portrait_end_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended", ""), ("ended_at__isnull", True), ("file__isnull", False)),
                            models.Q(
                                ("ended_at__isnull", False),
                                ("file__isnull", True),
                                models.Q(("ended", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="portrait_shown_or_ended",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("official",),
                        name="one_portrait_shown_each",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Post",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("since", models.DateField()),
                ("until", models.DateField(blank=True, null=True)),
                ("recorded_at", models.DateTimeField()),
                ("replaced_at", models.DateTimeField(blank=True, null=True)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("role", models.CharField(max_length=60)),
                ("title", models.CharField(max_length=60)),
                ("place_code", models.CharField(db_index=True, max_length=15)),
                (
                    "responsibility",
                    models.CharField(
                        choices=[
                            ("main", "main"),
                            ("charge", "charge"),
                            ("section", "section"),
                            ("handler", "handler"),
                        ],
                        default="handler",
                        max_length=10,
                    ),
                ),
                ("listed", models.BooleanField(default=False)),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="posts", to="register.body"
                    ),
                ),
                (
                    "official",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="posts", to="core.official"
                    ),
                ),
                (
                    "overlay",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="posts",
                        to="register.overlay",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("until__isnull", True), ("until__gte", models.F("since")), _connector="OR"),
                        name="post_period_in_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("responsibility__in", ("main", "charge", "section", "handler"))),
                        name="post_responsibility_known",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("overlay__isnull", True), ("replaced_at__isnull", True), ("until__isnull", True)
                        ),
                        fields=("official", "body", "role", "place_code"),
                        name="one_open_post_each",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Delegation",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("since", models.DateField()),
                ("until", models.DateField(blank=True, null=True)),
                ("recorded_at", models.DateTimeField()),
                ("replaced_at", models.DateTimeField(blank=True, null=True)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("verbs", models.TextField()),
                (
                    "to",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="delegated", to="core.person"
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="delegations", to="register.post"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("until__isnull", True), ("until__gte", models.F("since")), _connector="OR"),
                        name="delegation_period_in_order",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PrintRun",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=10)),
                ("place_code", models.CharField(max_length=15)),
                ("edition", models.PositiveIntegerField()),
                ("state", models.CharField(default="asked", max_length=8)),
                ("count", models.PositiveIntegerField(default=0)),
                ("asked_at", models.DateTimeField()),
                ("by_id", models.UUIDField(null=True)),
                ("made_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ("card", "letter", "book", "chart", "poster", "handbook", "sheet", "blank"))
                        ),
                        name="print_run_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ("asked", "made"))), name="print_run_state_known"
                    ),
                    models.UniqueConstraint(
                        fields=("kind", "place_code", "edition"), name="one_print_run_of_an_edition"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HandbookCopy",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("group_code", models.CharField(max_length=15)),
                ("given_on", models.DateField()),
                ("by_id", models.UUIDField(null=True)),
                ("recorded_at", models.DateTimeField()),
                ("taken_back_at", models.DateTimeField(null=True)),
                (
                    "household",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="handbooks", to="register.household"
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="copies", to="register.printrun"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("taken_back_at__isnull", True)),
                        fields=("run", "household"),
                        name="one_handbook_of_a_household",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Card",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("blind", models.BinaryField(max_length=16, unique=True)),
                ("issued_at", models.DateTimeField()),
                ("replaced_at", models.DateTimeField(null=True)),
                (
                    "official",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="cards", to="core.official"
                    ),
                ),
                (
                    "household",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="cards", to="register.household"
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="cards", to="register.printrun"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("replaced_at__isnull", True)),
                        fields=("household",),
                        name="one_card_of_a_household",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Relief",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("cents", models.PositiveIntegerField(null=True)),
                ("struck_at", models.DateTimeField(null=True)),
                ("struck_by_id", models.UUIDField(null=True)),
                (
                    "household",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="relief", to="register.household"
                    ),
                ),
                (
                    "list",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="register.relieflist"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("struck_at__isnull", True)),
                        fields=("list", "household"),
                        name="one_relief_of_a_list",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Removal",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("noticed_on", models.DateField()),
                ("heard_on", models.DateField()),
                ("reason", models.BinaryField()),
                ("by_id", models.UUIDField(null=True)),
                ("at", models.DateTimeField()),
                (
                    "membership",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="removal", to="register.membership"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("heard_on__gt", models.F("noticed_on"))), name="told_before_heard"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Resident",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("since", models.DateField()),
                ("until", models.DateField(blank=True, null=True)),
                ("recorded_at", models.DateTimeField()),
                ("replaced_at", models.DateTimeField(blank=True, null=True)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("relation", models.CharField(max_length=20)),
                (
                    "household",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="residents", to="register.household"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="residences", to="core.person"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("until__isnull", True), ("until__gte", models.F("since")), _connector="OR"),
                        name="resident_period_in_order",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("replaced_at__isnull", True), ("until__isnull", True)),
                        fields=("person",),
                        name="one_household_at_a_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StagedPart",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("number", models.PositiveIntegerField()),
                ("first_line", models.PositiveIntegerField()),
                ("lines", models.PositiveIntegerField()),
                ("body", models.BinaryField(null=True)),
                ("before", models.BinaryField(null=True)),
                ("counts", models.JSONField(default=dict)),
                ("applied_at", models.DateTimeField(null=True)),
                ("undone_at", models.DateTimeField(null=True)),
                ("kept", models.JSONField(default=list)),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="staged", to="register.importrun"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("run", "number"), name="one_part_of_a_number")],
            },
        ),
        migrations.CreateModel(
            name="Tie",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("since", models.DateField()),
                ("until", models.DateField(blank=True, null=True)),
                ("recorded_at", models.DateTimeField()),
                ("replaced_at", models.DateTimeField(blank=True, null=True)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("to_place", models.CharField(blank=True, default="", max_length=15)),
                ("programme", models.CharField(max_length=60)),
                ("pairing", models.CharField(max_length=60)),
                ("handover_id", models.UUIDField(null=True)),
                (
                    "body",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="ties", to="register.body"
                    ),
                ),
                (
                    "household",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ties",
                        to="register.household",
                    ),
                ),
                (
                    "official",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="ties", to="core.official"
                    ),
                ),
                (
                    "to_body",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="tied", to="register.body"
                    ),
                ),
                (
                    "to_household",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tied",
                        to="register.household",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("replaced_at__isnull", True), ("until__isnull", True)),
                        fields=["programme", "pairing", "to_place"],
                        name="tie_of_pairing",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("until__isnull", True), ("until__gte", models.F("since")), _connector="OR"),
                        name="tie_period_in_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                models.Q(("official__isnull", False)),
                                models.Q(("body__isnull", True)),
                                models.Q(("household__isnull", True)),
                            ),
                            models.Q(
                                models.Q(("official__isnull", True)),
                                models.Q(("body__isnull", False)),
                                models.Q(("household__isnull", True)),
                            ),
                            models.Q(
                                models.Q(("official__isnull", True)),
                                models.Q(("body__isnull", True)),
                                models.Q(("household__isnull", False)),
                            ),
                            _connector="OR",
                        ),
                        name="tie_has_one_giver",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                models.Q(("to_place", ""), _negated=True),
                                models.Q(("to_body__isnull", True)),
                                models.Q(("to_household__isnull", True)),
                            ),
                            models.Q(
                                models.Q(("to_place", "")),
                                models.Q(("to_body__isnull", False)),
                                models.Q(("to_household__isnull", True)),
                            ),
                            models.Q(
                                models.Q(("to_place", "")),
                                models.Q(("to_body__isnull", True)),
                                models.Q(("to_household__isnull", False)),
                            ),
                            _connector="OR",
                        ),
                        name="tie_has_one_target",
                    ),
                ],
            },
        ),
    ]
