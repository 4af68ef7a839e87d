"""What PostGraphile is given beside the tables, so that it can be asked everything: one function and one view.

They are as good as we could make them: the function begins with the word that the fewest have, which its caller names
first, and the view spares it a join that it cannot make: each customer once in each tier, those without one as well.
"""

import asyncpg

from gql_app.database.address import read_address

SCHEMA = "aids"

FUNCTION = f"""
CREATE FUNCTION {SCHEMA}.found(words text[]) RETURNS SETOF text LANGUAGE sql STABLE AS $$
  SELECT f.customer_id FROM customer_word f
  WHERE f.word >= words[1] AND f.word < words[1]||U&'\\+10FFFF'
    AND NOT EXISTS (
      SELECT 1 FROM unnest(words[2:]) AS asked(low) WHERE NOT EXISTS (
        SELECT 1 FROM customer_word w
        WHERE w.customer_id = f.customer_id AND w.word >= asked.low AND w.word < asked.low||U&'\\+10FFFF'
      )
    )
$$
"""
VIEW = f"""
CREATE VIEW {SCHEMA}.customer_in_tier AS
  SELECT s.tier_id, c.loyalty_points, 1 AS one
  FROM customer c
  LEFT JOIN (SELECT DISTINCT customer_id, tier_id FROM loyalty_campaign WHERE tier_id IS NOT NULL) s
    ON s.customer_id = c.id
  WHERE c.deleted_at IS NULL
"""


async def give(url: str) -> None:
    """Makes them in this database."""
    connection = await asyncpg.connect(**read_address(url).options())  # type: ignore[union-attr]
    try:
        for statement in (f"CREATE SCHEMA {SCHEMA}", FUNCTION, VIEW):
            await connection.execute(statement)
    finally:
        await connection.close()
