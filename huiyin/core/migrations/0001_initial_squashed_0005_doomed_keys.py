import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import huiyin.core.ids
import huiyin.core.kept
from huiyin.core.making import AtOnce


class Migration(AtOnce):
    replaces = [
        ("core", "0001_initial"),
        ("core", "0002_rowset"),
        ("core", "0003_stored_kinds"),
        ("core", "0004_turns"),
        ("core", "0005_doomed_keys"),
    ]

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Account",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                ("username", models.CharField(max_length=60, unique=True)),
                ("email", models.EmailField(blank=True, default="", max_length=254)),
                ("language", models.CharField(default="zh-hans", max_length=10)),
                ("is_active", models.BooleanField(default=True)),
                ("keys_off", models.BooleanField(default=False)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Checkpoint",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("size", models.BigIntegerField(unique=True)),
                ("root", models.BinaryField(max_length=32)),
                ("edge", models.BinaryField(max_length=2048)),
                ("at", models.DateTimeField()),
                ("key_id", models.CharField(max_length=8)),
                ("signature", models.BinaryField(max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name="DayNotice",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("year", models.PositiveSmallIntegerField(primary_key=True, serialize=False)),
                ("source", models.CharField(blank=True, default="", max_length=200)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="DoomedKey",
            fields=[
                ("subject", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("at", models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name="Event",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=80)),
                ("at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField(db_index=True)),
                ("by_id", models.UUIDField(db_index=True, null=True)),
                ("on_behalf_of_id", models.UUIDField(null=True)),
                ("by_name", models.CharField(blank=True, default="", max_length=40)),
                ("subject", models.CharField(db_index=True, max_length=64)),
                ("data", models.JSONField(default=dict)),
                ("rows", models.JSONField(default=dict)),
                ("request_id", models.CharField(blank=True, default="", max_length=32)),
            ],
        ),
        migrations.CreateModel(
            name="Look",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField(db_index=True)),
                ("person_id", models.UUIDField(db_index=True, null=True)),
                ("account_id", models.BigIntegerField(null=True)),
                ("on_behalf_of_id", models.UUIDField(null=True)),
                ("kind", models.CharField(max_length=40)),
                ("subject", models.CharField(max_length=64)),
                ("reason", models.CharField(blank=True, default="", max_length=200)),
            ],
        ),
        migrations.CreateModel(
            name="Mark",
            fields=[
                ("name", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("value", models.CharField(blank=True, default="", max_length=200)),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Person",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=60)),
                ("pinyin", models.CharField(blank=True, db_index=True, default="", max_length=120)),
                ("initials", models.CharField(blank=True, db_index=True, default="", max_length=20)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="RulebookVersion",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("hash", models.CharField(max_length=64)),
                ("county", models.CharField(max_length=60)),
                ("body", models.TextField()),
                ("in_force_from", models.DateTimeField(db_index=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="SpecialDay",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("day", models.DateField(primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=10)),
                ("name", models.CharField(blank=True, default="", max_length=40)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="StoredFile",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("subject", models.CharField(db_index=True, max_length=64)),
                ("name", models.CharField(max_length=160)),
                ("kind", models.CharField(max_length=100)),
                ("size", models.PositiveIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("added_at", models.DateTimeField()),
                ("added_by_id", models.UUIDField(null=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Throttle",
            fields=[
                ("bucket", models.CharField(max_length=90, primary_key=True, serialize=False)),
                ("count", models.PositiveIntegerField(default=0)),
                ("expires_at", models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name="Tick",
            fields=[
                ("name", models.CharField(max_length=120, primary_key=True, serialize=False)),
                ("due_at", models.DateTimeField()),
                ("lease_until", models.DateTimeField(null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("done_at", models.DateTimeField(null=True)),
                ("fault", models.CharField(blank=True, default="", max_length=120)),
            ],
        ),
        migrations.CreateModel(
            name="ApiToken",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.BinaryField(max_length=32, unique=True)),
                ("label", models.CharField(max_length=60)),
                ("made_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                (
                    "account",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RowSet",
            fields=[
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, primary_key=True, serialize=False, to="core.event"
                    ),
                ),
                ("rows", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="IdempotencyKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField()),
                ("route", models.CharField(max_length=60)),
                ("sender", models.CharField(max_length=64)),
                ("body_hash", models.BinaryField(max_length=32)),
                ("result", models.JSONField(default=dict)),
                ("created_at", models.DateTimeField(db_index=True)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("key", "route", "sender"), name="one_key_each")],
            },
        ),
        migrations.CreateModel(
            name="Leaf",
            fields=[
                ("seq", models.BigIntegerField(primary_key=True, serialize=False)),
                ("hash", models.BinaryField(max_length=32)),
                ("event", models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, to="core.event")),
            ],
        ),
        migrations.CreateModel(
            name="SealedLook",
            fields=[
                (
                    "look",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, primary_key=True, serialize=False, to="core.look"
                    ),
                ),
                ("batch", models.UUIDField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name="Official",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("number", models.CharField(max_length=30, unique=True)),
                ("tier", models.CharField(blank=True, default="", max_length=30)),
                ("kind", models.CharField(blank=True, default="official", max_length=30)),
                ("duty_phone", models.CharField(blank=True, default="", max_length=20)),
                ("status", models.CharField(default="in_office", max_length=20)),
                ("since", models.DateField(null=True)),
                ("until", models.DateField(null=True)),
                ("person", models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, to="core.person")),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="account",
            name="person",
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, to="core.person"),
        ),
        migrations.CreateModel(
            name="SearchText",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=20)),
                ("subject", models.UUIDField()),
                ("tokens", models.TextField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("kind", "subject"), name="one_search_text_each")],
            },
        ),
        migrations.CreateModel(
            name="SigninLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.BinaryField(max_length=32, unique=True)),
                ("expires_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
                (
                    "account",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Tally",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("place_code", models.CharField(max_length=15)),
                ("key", models.CharField(max_length=80)),
                ("count", models.IntegerField(default=0)),
            ],
            options={
                "indexes": [models.Index(fields=["key", "day", "place_code"], include=("count",), name="tally_sums")],
                "constraints": [models.UniqueConstraint(fields=("day", "place_code", "key"), name="one_tally_each")],
            },
        ),
        migrations.CreateModel(
            name="Cosignature",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("witness", models.CharField(max_length=64)),
                ("key_id", models.CharField(max_length=8)),
                ("at", models.DateTimeField()),
                ("signature", models.BinaryField(max_length=64)),
                ("checkpoint", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="core.checkpoint")),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("checkpoint", "witness"), name="one_cosignature_each")],
            },
        ),
        migrations.CreateModel(
            name="Draft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("form", models.CharField(max_length=60)),
                ("body", models.BinaryField()),
                ("saved_at", models.DateTimeField()),
                (
                    "account",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("account", "form"), name="one_draft_each")],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("consumer", models.CharField(max_length=120)),
                ("due_at", models.DateTimeField()),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("lease_until", models.DateTimeField(null=True)),
                ("done_at", models.DateTimeField(null=True)),
                ("parked_at", models.DateTimeField(null=True)),
                ("fault", models.CharField(blank=True, default="", max_length=120)),
                ("event", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="core.event")),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("done_at__isnull", True), ("parked_at__isnull", True)),
                        fields=["consumer", "due_at", "id"],
                        name="delivery_owed_to",
                    ),
                    models.Index(
                        condition=models.Q(("parked_at__isnull", False)), fields=["parked_at"], name="delivery_parked"
                    ),
                ],
                "constraints": [models.UniqueConstraint(fields=("event", "consumer"), name="one_delivery_each")],
            },
        ),
        migrations.CreateModel(
            name="SavedView",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("role", models.CharField(blank=True, default="", max_length=60)),
                ("page", models.CharField(max_length=40)),
                ("name", models.CharField(max_length=60)),
                ("query", models.CharField(max_length=600)),
                (
                    "account",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("account", "page", "name"), name="one_view_each")],
            },
        ),
    ]
