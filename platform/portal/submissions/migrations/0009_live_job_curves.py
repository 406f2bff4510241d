from django.db import migrations, models
import django.db.models.deletion


class Migration(migrations.Migration):

    dependencies = [
        ('submissions', '0008_workers_and_plans'),
    ]

    operations = [
        migrations.CreateModel(
            name='LiveJobCurves',
            fields=[
                ('trial', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='live_curves', serialize=False, to='submissions.trial')),
                ('curves', models.JSONField()),
            ],
        ),
    ]
