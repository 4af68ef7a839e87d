"""JSON as nobody sends it: text that is spliced into a body where some value or some key was."""

import json
from random import Random

DEPTH = 100_000
LARGE = 120_000
"""Characters; a body must stay below the limit of a megabyte."""

VALUES = r"""
null true 0 -1 5.0 -0.0 1e400 1e-400 -1e999999 0.1 NaN Infinity -Infinity 01 +1 'a' tru // " \
9223372036854775808 9007199254740993 18446744073709551616 -9223372036854775809
"" [] {} [[]] [{}] {"":null} [null] [["id"]] {"id":{"id":[]}} {"__proto__":{"a":NaN}} {"a":1,"a":2,"a":null}
{"id":"cust_1","id":["cust_1"]} "\ud83d" "\udc00\ud800" "a\u0000b" "\u0000" {"\u0000":"\ud800"} "\x"
"</script>" "\u2028\u202e\ufeff" "\ud83d\ude00" "😀\u0301é"
""".split()  # noqa: SIM905
VALUES += ["", "1 2", "/* */ 1", '"\t"', "1" + "0" * 400, "-1" + "0" * 400 + ".5"]
IDS = r"""
a"b a'b a\b 😀 cust_😀 ';-- $1 ?1 %s ../../etc {id} NULL 0 act_1 act_99999999999999999999 ünï
""".split()  # noqa: SIM905
IDS += [
    "a b",
    "a\nb",
    "",
    " ",
    "x" * 255,
    "x" * 256,
    "a\x00b",
    "\u202ecust",
    "\x7f",
    "a" * LARGE,
    "' OR 1=1 --",
]
TIMES = """
-0001-01-01T00:00:00Z 0000-00-00T00:00:00Z 0001-01-01T00:00:00Z 1969-12-31T23:59:59.999Z 1970-01-01T00:00:00Z
1970-01-01T00:00:00.000001Z 9999-12-31T23:59:59.999999999Z 10000-01-01T00:00:00Z 9999-12-31T23:59:59-23:59
2024-02-30T00:00:00Z 2024-06-30T23:59:60Z 2024-02-01 2024-02-01T10:00:00 2024-02-01T10:00:00+99:99 now T
0001-01-01T00:00:00+23:59 \uff12\uff10\uff12\uff14-02-01T10:00:00Z
""".split()  # noqa: SIM905
TIMES += ["", "2024-02-01 10:00:00 +0530", "Z" * LARGE]
NUMBERS_AS_TIMES = ["-62135596800", "1e18", "253402300800000", "-1", "1.5"]
NASTY = ["", "a\x00b", "\x00", "\n", "\ud800", "k" * 100_000, "é" * 50_000]
KEYS = """__proto__ a.b id ID 😀 " \\ constructor customer $ * []""".split()  # noqa: SIM905


def value(chance: Random) -> str:
    """Something that should not stand there, mostly small."""
    if chance.random() < 0.04:
        return large(chance)
    return chance.choice(VALUES)


def large(chance: Random) -> str:
    """Something that is far too much."""
    return chance.choice(
        [
            json.dumps("n" * LARGE),
            json.dumps('é\\"' * (LARGE // 8)),
            '"' + r"\u0000" * (LARGE // 6) + '"',
            "[" + "0," * (LARGE // 2) + "0]",
            "[" + "{}," * (LARGE // 3) + "{}]",
            "{" + ",".join(f'"{number}":{{}}' for number in range(LARGE // 12)) + "}",
            "[" * DEPTH + "]" * DEPTH,
            '{"a":' * DEPTH + "1" + "}" * DEPTH,
            "[" * DEPTH,
            "[" * 99 + "]" * 99,
            '{"a":' * 105 + "1" + "}" * 105,
            "9" * 5_000,
            "0." + "1" * 5_000,
            "1e" + "9" * 5_000,
        ]
    )


def identity(chance: Random) -> str:
    """What is no id."""
    return json.dumps(chance.choice(IDS), ensure_ascii=chance.random() < 0.5)


def moment(chance: Random) -> str:
    """What is no time, or hardly one."""
    if chance.random() < 0.1:
        return chance.choice(NUMBERS_AS_TIMES)
    return json.dumps(chance.choice(TIMES), ensure_ascii=chance.random() < 0.5)


def key(chance: Random) -> str:
    """A key nobody expects."""
    return chance.choice(chance.choice([NASTY, KEYS]))
