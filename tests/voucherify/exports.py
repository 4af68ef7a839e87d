"""Exports: scheduled, made while one asks, and downloaded as CSV."""

import csv
import io
import json
from dataclasses import dataclass, field
from typing import Any

from tests.stage import payload
from tests.voucherify.shop import Shop, moment

SCHEDULED = payload("rest/orders/post.orders-export.200.Example")
STEPS = ("IN_PROGRESS", "DONE")


@dataclass
class Exports:
    """Every question after an export's state moves it one step on."""

    shop: Shop
    made: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: dict[str, int] = field(default_factory=dict)
    is_failing: bool = False

    def answer(self, method: str, path: str, said: bytes, host: str) -> bytes | None:
        """The export, or its file."""
        if method == "POST":
            return self._schedule(json.loads(said))
        export = self.made.get(path.rsplit("/", 1)[1])
        if export is None:
            return None
        return self._file(export) if path.startswith("/download/") else self._state(export, host)

    def _schedule(self, said: dict[str, Any]) -> bytes:
        number = len(self.made) + 1
        export = SCHEDULED | said | {"id": f"exp_{number:04d}", "created_at": moment(self.shop.now)}
        self.made[export["id"]] = export
        self.asked[export["id"]] = 0
        return json.dumps(export).encode()

    def _state(self, export: dict[str, Any], host: str) -> bytes:
        step = min(self.asked[export["id"]], len(STEPS) - 1)
        self.asked[export["id"]] += 1
        export["status"] = "ERROR" if self.is_failing else STEPS[step]
        if export["status"] == "DONE":
            export["result"] = {"url": f"http://{host}/download/{export['id']}"}
        return json.dumps(export).encode()

    def _file(self, export: dict[str, Any]) -> bytes:
        noun = {"customer": self.shop.customers, "order": self.shop.orders}[export["exported_object"]]
        fields = export["parameters"]["fields"]
        text = io.StringIO()
        lines = csv.writer(text)
        lines.writerow([name.replace("_", " ").title().replace("Id", "ID") for name in fields])
        for one in noun.all.values():
            lines.writerow([one.get(name, "") for name in fields])
        return text.getvalue().encode()
