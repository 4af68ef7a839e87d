"""What customers are found by."""

from tortoise.indexes import Index
from tortoise.models import Model

from models.columns import Id, Long, Text


class CustomerWord(Model):
    """A word by which a customer is found, in the form that all words have once they are compared."""

    id = Long(primary_key=True)
    customer_id = Id()
    word = Text()

    class Meta:
        table = "customer_word"
        indexes = (Index(fields=("word", "customer_id")), Index(fields=("customer_id", "word")))
