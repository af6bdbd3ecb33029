"""The index people are found by. Its triggers and first rows are made after the migration, by `findable.arrange`."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One narrow table with four indexes."""

    dependencies = [("register", "0004_household_file")]

    operations = [
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
    ]
