"""Texts of matters that are over are no longer sought among those under way."""

from django.db import migrations


def settle(apps, schema_editor):
    using = schema_editor.connection.alias
    closed = apps.get_model("casework", "Matter").objects.using(using).filter(closed_at__isnull=False).values("id")
    texts = apps.get_model("core", "SearchText").objects.using(using)
    texts.filter(kind="matter", subject__in=closed).update(current=False)


class Migration(migrations.Migration):
    dependencies = [("casework", "0039_open_ones_found"), ("core", "0007_searched_while_current")]

    operations = [migrations.RunPython(settle, migrations.RunPython.noop)]
