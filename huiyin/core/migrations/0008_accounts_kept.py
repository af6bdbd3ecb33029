"""Accounts and tokens are evidence: rows of before have an empty salt until `huiyin migrate` takes them into the log."""

from typing import ClassVar

from django.db import migrations, models

import huiyin.core.kept


class Migration(migrations.Migration):
    dependencies: ClassVar = [("core", "0007_searched_while_current")]

    operations: ClassVar = [
        operation
        for model in ("account", "apitoken")
        for operation in (
            migrations.AddField(
                model_name=model,
                name="salt",
                field=models.BinaryField(default=b"", editable=False, max_length=16),
            ),
            migrations.AlterField(
                model_name=model,
                name="salt",
                field=models.BinaryField(default=huiyin.core.kept.fresh_salt, editable=False, max_length=16),
            ),
        )
    ]
