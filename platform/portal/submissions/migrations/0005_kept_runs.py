from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('submissions', '0004_trials'),
    ]

    operations = [
        migrations.AddField(
            model_name='attempt',
            name='transcript',
            field=models.CharField(blank=True, default='', help_text='SHA-256 of what its tests were answered', max_length=64),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='attempt',
            name='weights',
            field=models.CharField(blank=True, default='', help_text='SHA-256 of the model that it trained', max_length=64),
            preserve_default=False,
        ),
    ]
