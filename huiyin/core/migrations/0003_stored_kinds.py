"""The media type of an office file is longer than the column was."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Widen `StoredFile.kind`."""

    dependencies = [("core", "0002_rowset")]

    operations = [
        migrations.AlterField(model_name="storedfile", name="kind", field=models.CharField(max_length=100)),
    ]
