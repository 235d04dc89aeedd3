from django.db import migrations, models

import connectors.fields


class Migration(migrations.Migration):

    dependencies = [
        ('flows', '0003_partial_indexes'),
    ]

    operations = [
        migrations.AlterField(
            model_name='attempt',
            name='response',
            field=connectors.fields.ExactJSONField(help_text='{"status", "headers", "body"}, and "trouble" without a whole answer.', null=True),
        ),
        migrations.AddIndex(
            model_name='action',
            index=models.Index(condition=models.Q(('first_failed_at__isnull', False)), fields=['integration', 'action_path', '-id'], name='action_failures'),
        ),
    ]
