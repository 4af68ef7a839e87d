"""How PostgreSQL reads text as an instant where it tells one, and does not fail where it does not.

The same as `gql_app.database.instants`, piece by piece, because a regular expression of that size takes it half as long
again. Before a text is cast, everything that the cast could refuse has been looked at.
"""

_DIGITS = "'012345678','999999999'"
_HEADS = '{9999-99-99,9999-99-99T99:99:99,"9999-99-99 99:99:99"}'
_OFFSETS = '{"",Z,+99:99,-99:99,+9999,-9999}'
_FRACTIONS = ["", *("." + "9" * count for count in range(1, 10))]
_MIDDLES = "{" + ",".join(f'"{fraction}{space}"' for fraction in _FRACTIONS for space in ("", " ")) + "}"
_LENGTHS = {2: 28} | dict.fromkeys((4, 6, 9, 11), 30) | dict.fromkeys((1, 3, 5, 7, 8, 10, 12), 31)
_DAYS = "{" + ",".join(f"{month:02}-{day:02}" for month in _LENGTHS for day in range(1, _LENGTHS[month] + 1)) + "}"
_YEAR = "left(head,4)::int"
_IS_LEAP = f"({_YEAR}%4=0 AND ({_YEAR}%100<>0 OR {_YEAR}%400=0))"

_IS_SHAPED = (
    f"translate(head,{_DIGITS}) = ANY('{_HEADS}'::text[]) AND translate(middle,{_DIGITS}) = ANY('{_MIDDLES}'::text[])"
    f" AND translate(zone,{_DIGITS}) = ANY('{_OFFSETS}'::text[]) AND (zone<>'' OR right(middle,1)<>' ')"
    " AND (length(head)=19 OR middle||zone='')"
)
_IS_DAY = f"head>='0001' AND (substr(head,6,5) = ANY('{_DAYS}'::text[]) OR substr(head,6,5)='02-29' AND {_IS_LEAP})"
_IS_TIME = "substr(head,12,2)<='23' AND substr(head,15,1)<='5' AND substr(head,18,1)<='5'"
_IS_OFFSET = "(zone IN ('','Z') OR substr(zone,2,2)<='15' AND left(right(zone,2),1)<='5')"
_CUT = "(head||left(rtrim(middle),4)||CASE zone WHEN '' THEN 'Z' ELSE zone END)::timestamptz"
_TAIL = "ltrim(substr(said,20),'.0123456789 ')"
_MIDDLE = f"substr(said,20,greatest(length(said)-19-length({_TAIL}),0))"
_PARTS = f"SELECT left(said,19) AS head, {_MIDDLE} AS middle, {_TAIL} AS zone"


def told(text: str) -> str:
    """The instant that the text tells, to the millisecond; null where it tells none. The text is read once."""
    is_instant = f"{_IS_DAY} AND {_IS_TIME} AND {_IS_OFFSET}"
    case = f"CASE WHEN {_IS_SHAPED} THEN CASE WHEN {is_instant} THEN {_CUT} END END"
    return f"(SELECT {case} FROM ({_PARTS} FROM (SELECT {text} AS said OFFSET 0) AS it OFFSET 0) AS parts)"
