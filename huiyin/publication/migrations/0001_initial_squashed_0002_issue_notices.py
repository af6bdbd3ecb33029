from django.db import migrations, models

import huiyin.core.ids
import huiyin.core.kept


class Migration(migrations.Migration):
    replaces = [("publication", "0001_initial"), ("publication", "0002_issue_notices")]

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="IssueNotice",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("issue_id", models.UUIDField(unique=True)),
                ("place_code", models.CharField(max_length=15)),
                ("found", models.TextField()),
                ("plan", models.TextField(blank=True, default="")),
                ("became", models.TextField(blank=True, default="")),
                ("published_at", models.DateTimeField()),
                ("published_by_id", models.UUIDField(null=True)),
                ("withdrawn_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["-published_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("salt", models.BinaryField(default=huiyin.core.kept.fresh_salt, max_length=16)),
                ("id", models.UUIDField(default=huiyin.core.ids.uuid7, primary_key=True, serialize=False)),
                ("matter_id", models.UUIDField(db_index=True)),
                ("programme", models.CharField(max_length=60)),
                ("rulebook_id", models.UUIDField()),
                ("place_code", models.CharField(max_length=12)),
                ("topic", models.CharField(max_length=60)),
                ("body_id", models.UUIDField(null=True)),
                ("opened_on", models.DateField()),
                ("answered_at", models.DateTimeField(null=True)),
                ("asked", models.TextField(blank=True, default="")),
                ("done", models.TextField(blank=True, default="")),
                ("owed", models.TextField(blank=True, default="")),
                ("owed_on", models.DateField(null=True)),
                ("state", models.CharField(default="draft", max_length=20)),
                ("drafted_at", models.DateTimeField()),
                ("drafted_by_id", models.UUIDField(null=True)),
                ("published_at", models.DateTimeField(null=True)),
                ("published_by_id", models.UUIDField(null=True)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("withdrawn_by_id", models.UUIDField(null=True)),
                ("withdrawn_why", models.TextField(blank=True, default="")),
                ("version", models.PositiveIntegerField(default=1)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["state", "place_code", "published_at"], name="notice_wall"),
                    models.Index(fields=["state", "drafted_at"], name="notice_drafts"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ("draft", "published", "withdrawn"))),
                        name="notice_state_known",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "withdrawn"), _negated=True),
                        fields=("matter_id",),
                        name="one_notice_of_a_matter",
                    ),
                ],
            },
        ),
    ]
