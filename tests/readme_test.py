"""The README: its code runs, and its addresses lead to files here."""

import os
import re
import tomllib

import pytest

from tests import docs_pages_test
from tests.docs_pages_test import DOCS
from tests.docs_pages_test import ROOT
from tests.docs_pages_test import few  # noqa: F401, a fixture

README = ROOT / "README.md"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
REPOSITORY = PROJECT["urls"]["Homepage"]
SITE = PROJECT["urls"]["Documentation"]
_, OWNER, NAME = REPOSITORY.rsplit("/", 2)
RAW = f"https://raw.githubusercontent.com/{OWNER}/{NAME}/main"
FILES = f"{REPOSITORY}/blob/main"
COLAB = f"https://colab.research.google.com/github/{OWNER}/{NAME}/blob/main"
KAGGLE = f"https://kaggle.com/kernels/welcome?src={FILES}"
ADDRESS = re.compile(r"https?://[^\s\"')>`\]]+")


def addresses(text):
    return sorted(set(ADDRESS.findall(text)))


def file_of(address):
    """What in the checkout an address of the project shows, or `None`."""
    for base in (RAW, FILES, COLAB, KAGGLE):
        if address.startswith(f"{base}/"):
            return ROOT / address.removeprefix(f"{base}/").partition("#")[0]
    if address.startswith(SITE):
        page = address.removeprefix(SITE).partition("#")[0].strip("/")
        return DOCS / (page or "index.html").replace(".html", ".md")
    return None


PAGES = [README, ROOT / "CITATION.cff", *docs_pages_test.WRITTEN]
NAMES = [str(page.relative_to(ROOT)) for page in PAGES]


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_own_addresses_are_files(page):
    for address in addresses(page.read_text()):
        if file := file_of(address):
            assert file.is_file(), address


def test_own_addresses_are_recognised():
    files = [file_of(address) for address in addresses(README.read_text())]
    suffixes = [file.suffix for file in files if file]
    assert {".png", ".md", ".ipynb"} <= set(suffixes)
    assert not file_of(f"{SITE}/guides/absent.html").exists()


def test_the_site_is_that_of_the_repository():
    assert SITE == f"https://{OWNER}.github.io/{NAME}"


def test_nothing_is_relative():
    # The package index shows the README away from the checkout.
    text = README.read_text()
    targets = re.findall(r"\]\(([^)\s]+)\)|(?:src|href)=\"([^\"]+)\"", text)
    for target in map("".join, targets):
        assert target.startswith("https://"), target


def test_first_block_is_two_commands():
    first = re.search(r"```.*?\n(.*?)```", README.read_text(), re.S)[1]
    assert first.splitlines() == [
        'pip install ".[tensorflow,examples]" && python examples/vae.py',
        'pip install ".[dev]" && pytest',
    ]


def test_it_is_short():
    assert len(README.read_text().splitlines()) < 180


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_code_runs(few):  # noqa: F811
    codes = [code for _, code in docs_pages_test.blocks(README)]
    assert len(codes) == 2
    for code in codes:
        assert len(code.splitlines()) <= 15
        exec(compile(code, "README.md", "exec"), {"__name__": "readme"})
    assert {"vae.keras", "pictures"} <= set(os.listdir())


@pytest.mark.parametrize("page", docs_pages_test.WRITTEN, ids=NAMES[2:])
def test_what_pages_include_is_marked(page):
    marks = r"(?m)^:(?:start-after|end-before): (.*)$"
    for mark in re.findall(marks, page.read_text()):
        assert README.read_text().count(mark) == 1, mark
