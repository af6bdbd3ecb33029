from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0040_searched_while_open"),
        ("core", "0008_accounts_kept"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="matter",
            index=models.Index(
                condition=models.Q(
                    ("closed_at__isnull", True), ("held", False), ("sealed", False), ("state", "answered")
                ),
                fields=["order_at", "id"],
                name="matter_to_ring",
            ),
        ),
    ]
