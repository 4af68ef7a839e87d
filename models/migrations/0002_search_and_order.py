from tortoise import migrations
from tortoise.migrations import operations as ops
from models.columns import Id, Long, Text
from tortoise.indexes import Index

from typing import Any

from models.words import found_by

CHUNK = 1000


async def fill_words(_apps: Any, editor: Any) -> None:
    """Writes the words of the customers there are, a bounded number at a time."""
    first, second = ("?", "?") if editor.DIALECT == "sqlite" else ("$1", "$2")
    names = f"SELECT id, name, email, source_id, phone FROM customer WHERE id > {first} ORDER BY id LIMIT {CHUNK}"
    keep = f"INSERT INTO customer_word (customer_id, word) VALUES ({first}, {second})"
    after = ""
    while rows := await editor.client.execute_query_dict(names, [after]):
        after = rows[-1]["id"]
        words = [
            [row["id"], word]
            for row in rows
            for word in sorted(found_by(row["name"], row["email"], row["source_id"], row["phone"]))
        ]
        if words:
            await editor.client.execute_many(keep, words)


class Migration(migrations.Migration):
    dependencies = [("mirror", "0001_initial")]

    initial = False

    operations = [
        ops.CreateModel(
            name="CustomerWord",
            fields=[
                ("id", Long(generated=True, primary_key=True, unique=True, db_index=True)),
                ("customer_id", Id()),
                ("word", Text()),
            ],
            options={
                "table": "customer_word",
                "app": "mirror",
                "indexes": [Index(fields=["word", "customer_id"]), Index(fields=["customer_id", "word"])],
                "pk_attr": "id",
                "table_description": "A word by which a customer is found, in the form that all words have once they are compared.",
            },
            bases=["Model"],
        ),
        ops.RunPython(fill_words, ops.RunPython.noop),
        ops.AddField(
            model_name="Customer",
            name="changed",
            field=Long(null=True),
        ),
        ops.RunSQL(
            "UPDATE customer SET changed = (SELECT max(position) FROM journal j WHERE j.customer_id = customer.id)",
            ops.RunSQL.noop,
        ),
        ops.AddIndex(
            model_name="Customer",
            index=Index(fields=["name", "id"]),
        ),
        ops.AddIndex(
            model_name="Customer",
            index=Index(fields=["created_at", "id"]),
        ),
        ops.AddIndex(
            model_name="Customer",
            index=Index(fields=["updated_at", "id"]),
        ),
        ops.AddIndex(
            model_name="Customer",
            index=Index(fields=["changed", "id"]),
        ),
        ops.AddIndex(
            model_name="Customer",
            index=Index(fields=["loyalty_points", "id"]),
        ),
        ops.AddIndex(
            model_name="Customer",
            index=Index(fields=["summary_orders_total_amount", "id"]),
        ),
        ops.AddIndex(
            model_name="Customer",
            index=Index(fields=["summary_orders_total_count", "id"]),
        ),
        ops.AddIndex(
            model_name="Customer",
            index=Index(fields=["summary_orders_last_order_date", "id"]),
        ),
        ops.AddIndex(
            model_name="Customer",
            index=Index(fields=["address_city", "id"]),
        ),
        ops.AddIndex(
            model_name="LoyaltyCampaign",
            index=Index(fields=["name", "points", "customer_id"]),
        ),
        ops.AddIndex(
            model_name="LoyaltyCampaign",
            index=Index(fields=["tier_id", "customer_id"]),
        ),
        ops.AddIndex(
            model_name="Order",
            index=Index(fields=["created_at", "id"]),
        ),
        ops.AddIndex(
            model_name="Order",
            index=Index(fields=["updated_at", "id"]),
        ),
        ops.AddIndex(
            model_name="Order",
            index=Index(fields=["total_amount", "id"]),
        ),
        ops.AddIndex(
            model_name="OrderItem",
            index=Index(fields=["product_id", "order_id"]),
        ),
    ]
