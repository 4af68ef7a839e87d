from tortoise import migrations
from tortoise.migrations import operations as ops
from models.columns import Id, Text


class Migration(migrations.Migration):
    dependencies = [("mirror", "0003_api_keys")]

    initial = False

    operations = [
        ops.CreateModel(
            name="SyncMark",
            fields=[
                ("name", Id(primary_key=True, unique=True, db_index=True)),
                ("value", Text()),
            ],
            options={
                "table": "sync_mark",
                "app": "mirror",
                "pk_attr": "name",
                "table_description": "What a run that fetches needs to know to go on where it was, kept together with what it fetched.",
            },
            bases=["Model"],
        ),
    ]
