from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

COORDINATED = ("discussing", "raised", "applied", "submitted", "disputed")


def count(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    rows = apps.get_model("casework", "CaseTally").objects.using(editor.connection.alias)
    rows.filter(state__in=COORDINATED).update(coordinating=1)


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0044_read_out"),
    ]

    operations = [
        migrations.AddField(
            model_name="casetally",
            name="coordinating",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.RunPython(count, migrations.RunPython.noop),
    ]
