from django.db import migrations, models


def know_states_of_open_ones(apps, schema_editor):
    """PostgreSQL takes state and end for unrelated, and supposes a hundred times too few open matters in a state."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "CREATE STATISTICS matter_open_states (mcv) ON state, closed_at, held, sealed FROM casework_matter"
        )


def forget_states_of_open_ones(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP STATISTICS matter_open_states")


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0038_brief_undertaking"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="extension",
            index=models.Index(
                condition=models.Q(("decided_at__isnull", True)), fields=["clock"], name="extension_undecided"
            ),
        ),
        migrations.AddIndex(
            model_name="matter",
            index=models.Index(
                condition=models.Q(("closed_at__isnull", True), ("held", False), ("sealed", False)),
                fields=["opened_at", "id"],
                name="matter_open_newest",
            ),
        ),
        migrations.AddIndex(
            model_name="matter",
            index=models.Index(
                condition=models.Q(("closed_at__isnull", True)), fields=["handler_id"], name="matter_in_hand"
            ),
        ),
        migrations.RunPython(know_states_of_open_ones, forget_states_of_open_ones),
    ]
