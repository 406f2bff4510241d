from django.db import migrations, models
import django.db.models.deletion


class Migration(migrations.Migration):

    dependencies = [
        ('submissions', '0002_gpus'),
    ]

    operations = [
        migrations.CreateModel(
            name='LiveCurves',
            fields=[
                ('attempt', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='live_curves', serialize=False, to='submissions.attempt')),
                ('curves', models.JSONField()),
            ],
        ),
    ]
