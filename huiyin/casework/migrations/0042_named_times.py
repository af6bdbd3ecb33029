from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0041_rung_in_order"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="callback",
            index=models.Index(condition=models.Q(("again_at__isnull", False)), fields=["again_at"], name="call_named"),
        ),
    ]
