"""A scrape, as a test reads it."""

from typing import Any

import httpx2
from prometheus_client.parser import text_string_to_metric_families

from tests.stage import Stage


class Scrape:
    """What `/metrics` says, by name and labels."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.samples = [one for family in text_string_to_metric_families(text) for one in family.samples]

    def __getitem__(self, name: str) -> float:
        """The sum over all labels; raises KeyError where there is no such figure."""
        return self.of(name)

    def of(self, name: str, **labels: Any) -> float:
        """The sum of those with these labels."""
        wanted = {key: str(value) for key, value in labels.items()}.items()
        found = [one.value for one in self.samples if one.name == f"gql_app_{name}" and wanted <= one.labels.items()]
        if not found:
            raise KeyError(name, labels)
        return sum(found)

    def labels(self, label: str) -> set[str]:
        """Every value that the label has."""
        return {one.labels[label] for one in self.samples if label in one.labels}


async def scrape(stage: Stage) -> Scrape:
    """The figures of a stage."""
    return read(await stage.client.get("/metrics"))


def read(response: httpx2.Response) -> Scrape:
    """The figures of an answer."""
    assert response.status_code == 200, response.text
    return Scrape(response.text)
