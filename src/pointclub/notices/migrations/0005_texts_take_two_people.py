"""Texts for many take two people. What one person published or sent before is kept, and names this migration."""

import datetime as dt

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.db.models import F

_BEFORE = "system:migration"


def name_the_other(apps: StateApps, _: BaseDatabaseSchemaEditor) -> None:
    """Fill the second person's place of what took only one, with what is nobody."""
    apps.get_model("notices", "Announcement").objects.filter(written_by="").update(
        written_by=_BEFORE, written_at=F("published_at")
    )
    apps.get_model("notices", "Mailing").objects.filter(decided_at=None).update(
        approved_by=_BEFORE, decided_at=F("asked_at")
    )


class Migration(migrations.Migration):
    dependencies = [("notices", "0004_listed_bounces")]

    operations = [
        migrations.AddField(
            model_name="announcement",
            name="rejected_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="announcement",
            name="rejected_by",
            field=models.CharField(blank=True, max_length=100),
        ),
        migrations.AddField(
            model_name="announcement",
            name="written_at",
            field=models.DateTimeField(default=dt.datetime(2000, 1, 1, tzinfo=dt.UTC)),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="announcement",
            name="written_by",
            field=models.CharField(default="", max_length=100),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="mailing",
            name="approved_by",
            field=models.CharField(blank=True, max_length=100),
        ),
        migrations.AddField(
            model_name="mailing",
            name="decided_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="mailing",
            name="rejected_by",
            field=models.CharField(blank=True, max_length=100),
        ),
        migrations.AddField(
            model_name="mailing",
            name="stopped_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="mailing",
            name="stopped_by",
            field=models.CharField(blank=True, max_length=100),
        ),
        migrations.AlterField(
            model_name="announcement",
            name="published_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name="announcement",
            name="published_by",
            field=models.CharField(blank=True, max_length=100),
        ),
        migrations.RunPython(name_the_other, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="announcement",
            constraint=models.CheckConstraint(
                condition=models.Q(("published_by", models.F("written_by")), _negated=True), name="two_people_publish"
            ),
        ),
        migrations.AddConstraint(
            model_name="announcement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("published_at__isnull", True),
                        ("published_by", ""),
                        ("rejected_at__isnull", True),
                        ("rejected_by", ""),
                    ),
                    models.Q(
                        ("published_at__isnull", False),
                        ("rejected_at__isnull", True),
                        ("rejected_by", ""),
                        models.Q(("published_by", ""), _negated=True),
                    ),
                    models.Q(
                        ("published_at__isnull", True),
                        ("published_by", ""),
                        ("rejected_at__isnull", False),
                        models.Q(("rejected_by", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="who_decided_on_an_announcement_is_named",
            ),
        ),
        migrations.AddConstraint(
            model_name="mailing",
            constraint=models.CheckConstraint(
                condition=models.Q(("approved_by", models.F("asked_by")), _negated=True),
                name="two_people_approve_a_mailing",
            ),
        ),
        migrations.AddConstraint(
            model_name="mailing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("approved_by", ""), ("decided_at__isnull", True), ("rejected_by", "")),
                    models.Q(
                        ("decided_at__isnull", False), ("rejected_by", ""), models.Q(("approved_by", ""), _negated=True)
                    ),
                    models.Q(
                        ("approved_by", ""), ("decided_at__isnull", False), models.Q(("rejected_by", ""), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="who_decided_on_a_mailing_is_named",
            ),
        ),
        migrations.AddConstraint(
            model_name="mailing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("approved_by", ""), _negated=True),
                    models.Q(("finished_at__isnull", True), ("reached__isnull", True), ("stopped_at__isnull", True)),
                    _connector="OR",
                ),
                name="a_mailing_goes_out_once_it_is_approved",
            ),
        ),
        migrations.AddConstraint(
            model_name="mailing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("stopped_at__isnull", True), ("stopped_by", "")),
                    models.Q(("stopped_at__isnull", False), models.Q(("stopped_by", ""), _negated=True)),
                    _connector="OR",
                ),
                name="who_stopped_a_mailing_is_named",
            ),
        ),
    ]
