"""What names the version and the day of the release agrees."""

import re

import pytest

import keras_generative as kg
from tests.docs_pages_test import ROOT

CHANGELOG = (ROOT / "CHANGELOG.md").read_text()
RELEASES = re.findall(
    r"(?m)^## \[(\d+\.\d+\.\d+)\] - (\d{4}-\d\d-\d\d)$", CHANGELOG
)


def test_headings_are_releases_from_new_to_old():
    headings = re.findall(r"(?m)^## (.*)$", CHANGELOG)
    assert headings[0] == "[Unreleased]"
    assert headings[1:] == [f"[{name}] - {day}" for name, day in RELEASES]
    days = [day for _, day in RELEASES]
    assert days == sorted(days, reverse=True)


def test_the_version_is_that_of_the_last_release():
    assert RELEASES[0][0] == kg.__version__


def test_the_citation_is_of_the_last_release():
    citation = (ROOT / "CITATION.cff").read_text()
    fields = dict(re.findall(r"(?m)^([a-z-]+): (.+)$", citation))
    cited = fields["version"], fields["date-released"]
    assert cited == RELEASES[0]


@pytest.mark.parametrize("name, _", RELEASES)
def test_releases_are_links(name, _):
    assert re.search(rf"(?m)^\[{name}\]: https://\S+/v{name}$", CHANGELOG)
    assert "[Unreleased]: https://github.com/" in CHANGELOG
