from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('earning', '0003_request_keys'),
    ]

    operations = [
        migrations.AddField(
            model_name='earlyreversal',
            name='store_code',
            field=models.CharField(blank=True, default='', max_length=20),
        ),
    ]
