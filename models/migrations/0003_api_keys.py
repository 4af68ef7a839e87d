from tortoise import migrations
from tortoise.migrations import operations as ops
from models.columns import Id, Long, Moment, Text


class Migration(migrations.Migration):
    dependencies = [("mirror", "0002_search_and_order")]

    initial = False

    operations = [
        ops.CreateModel(
            name="ApiKey",
            fields=[
                ("id", Id(primary_key=True, unique=True, db_index=True)),
                ("hash", Id()),
                ("name", Text()),
                ("scopes", Text()),
                ("bound_by", Id(null=True)),
                ("bound_to", Text(null=True)),
                ("created_at", Moment()),
                ("expires_at", Moment(null=True)),
                ("revoked_at", Moment(null=True)),
                ("last_used_at", Moment(null=True)),
                ("revision", Long(unique=True)),
            ],
            options={
                "table": "api_key",
                "app": "mirror",
                "pk_attr": "id",
                "table_description": "One key. Rows are never deleted: once there was a key, readers without one are not let in again.",
            },
            bases=["Model"],
        ),
    ]
