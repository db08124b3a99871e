"""The pages of the documentation: their code runs, their links lead on.

Each page is run from its first block to its last, on a few images and for a
few epochs. A block below a comment `<!-- not run: why -->` is compiled alone.
"""

import importlib.util
import json
import os
import pathlib
import re
import subprocess
import sys
from unittest import mock

import keras
import numpy as np
import pytest
from matplotlib import pyplot
from PIL import Image

import keras_generative as kg
from tests.api_test import NAMES

ROOT = pathlib.Path(__file__).parents[1]
DOCS = ROOT / "docs"
WRITTEN = [
    page
    for page in sorted(DOCS.rglob("*.md"))
    if not {"_build", "api"} & set(page.parts)
    # Run by `docs_test.py`, or of pieces.
    and page.name not in ("extending.md", "scaling.md", "speed.md")
]
BLOCK = re.compile(r"(<!-- not run: .+? -->\n)?```python\n(.*?)```", re.S)
IDS = [str(page.relative_to(DOCS)) for page in WRITTEN]
NUM_IMAGES = 32


def blocks(page):
    """The Python of a page: pairs of whether it runs, and the code."""
    found = BLOCK.findall(page.read_text())
    return [(not mark, code) for mark, code in found]


def load(name, value_range=(0, 1), **kwargs):
    """What `datasets.load` gives, of noise and at once."""
    if not isinstance(name, str) or name not in ("digits", "mnist", "cifar10"):
        return real_load(name, value_range, **kwargs)
    low, high = value_range
    shape = (32, 32, 3) if name == "cifar10" else (28, 28, 1)
    images = np.random.default_rng(0).uniform(low, high, (NUM_IMAGES, *shape))
    split = images.astype("float32"), np.arange(NUM_IMAGES) % 10
    return split, split


real_load = kg.datasets.load


def short_fit(fit):
    def short(self, *args, epochs=1, **kwargs):
        kwargs = {"verbose": 0, **kwargs}
        return fit(self, *args, epochs=min(epochs, 2), **kwargs)

    return short


def write_photos(folder):
    for name in ("cats", "dogs"):
        (folder / name).mkdir(parents=True)
        for i in range(8):
            pixels = np.full((40, 36, 3), 10 * i, "uint8")
            Image.fromarray(pixels).save(folder / name / f"{i}.png")


@pytest.fixture
def few(tmp_path, monkeypatch):
    """A folder to work in, little data and short trainings."""
    monkeypatch.chdir(tmp_path)
    write_photos(tmp_path / "photos")
    monkeypatch.setattr(kg.datasets, "load", load)
    base = kg.models.GenerativeModel
    monkeypatch.setattr(base, "fit", short_fit(base.fit))
    policy = keras.config.dtype_policy()
    with mock.patch.dict(os.environ):
        yield
    keras.config.set_dtype_policy(policy)
    pyplot.close("all")


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("page", WRITTEN, ids=IDS)
def test_code_runs(page, few):
    names = {"__name__": "page"}
    for runs, code in blocks(page):
        code = compile(code, page.name, "exec")
        if runs:
            exec(code, names)


def test_most_code_runs():
    runs = [runs for page in WRITTEN for runs, _ in blocks(page)]
    assert sum(runs) > 0.8 * len(runs)


def anchors(page):
    """What can be linked to within a page."""
    headings = re.findall(r"(?m)^#+ (.*)$", page.read_text())
    return {
        re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-")
        for heading in headings
    }


@pytest.mark.parametrize("page", WRITTEN, ids=IDS)
def test_local_links(page):
    links = re.findall(r"\]\(([^)\s]+)\)", page.read_text())
    for link in links:
        if link.startswith("http"):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        if anchor:
            assert anchor in anchors(target), link


def listed_by(page):
    """The pages that the tables of contents of a page have."""
    tables = re.findall(r"```{toctree}\n(.*?)```", page.read_text(), re.S)
    for line in "".join(tables).splitlines():
        if line and not line.startswith(":"):
            name = line.split("<")[-1].strip("> ")
            yield (page.parent / f"{name}.md").resolve()


def test_every_page_is_in_a_table_of_contents():
    pages = {page for page in DOCS.rglob("*.md") if "_build" not in page.parts}
    listed = {other for page in pages for other in listed_by(page)}
    assert pages == listed | {DOCS / "index.md"}


def test_every_package_is_in_the_reference():
    assert set(NAMES) <= {page.stem for page in (DOCS / "api").glob("*.md")}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The site as it is built, with warnings as errors."""
    for name in ("sphinx", "myst_parser", "furo"):
        if importlib.util.find_spec(name) is None:
            pytest.skip(f"needs {name}")
    folder = tmp_path_factory.mktemp("site")
    command = ["sphinx", "-W", "-q", "-b", "html", DOCS, folder / "html"]
    result = subprocess.run(
        [sys.executable, "-m", *command, "-d", folder / "doctrees"],
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stderr
    return folder / "html"


def test_every_name_is_in_the_reference(site):
    from sphinx.util.inventory import InventoryFile

    with open(site / "objects.inv", "rb") as file:
        inventory = InventoryFile.load(file, "", lambda base, uri: uri)
    documented = {
        name
        for kind in ("py:class", "py:function", "py:exception")
        for name in inventory.get(kind, {})
    }
    assert {
        f"keras_generative.{package}.{name}"
        for package in NAMES
        for name in NAMES[package]
    } <= documented


def found(site, question):
    """The pages that the search of the site finds, which have each word."""
    from sphinx.search.en import SearchEnglish

    language = SearchEnglish({})
    index = (site / "searchindex.js").read_text()
    index = json.loads(index.removeprefix("Search.setIndex(").rstrip(");\n"))
    pages = set(index["docnames"])
    for word in question.split():
        if word in language.stopwords:
            continue
        having = set()
        for terms in (index["terms"], index["titleterms"]):
            ids = terms.get(language.stem(word), [])
            ids = ids if isinstance(ids, list) else [ids]
            having |= {index["docnames"][i] for i in ids}
        pages &= having
    return pages


@pytest.mark.parametrize(
    "question, page",
    [
        ("how to continue a killed run", "guides/resume"),
        ("why are images grey", "guides/grey_images"),
        ("gray images", "guides/grey_images"),
        ("loss of your own", "extending"),
        ("folder of images", "guides/own_images"),
        ("semi-supervised", "models/semi_supervised_gan"),
        ("two folders", "guides/two_domains"),
        ("fid", "guides/evaluation"),
        ("two gpus", "scaling"),
        ("colab", "get_started"),
        ("use wandb", "guides/tracking"),
        ("fid score of a model", "guides/evaluation"),
        ("discriminator loss is zero", "guides/doctor"),
        ("generate only one digit", "guides/labels"),
    ],
)
def test_search_answers(site, question, page):
    assert page in found(site, question.replace("-", " "))


def test_sections_of_the_readme_are_on_the_site(site):
    for page, text in {
        "models/index": "arxiv.org/abs/1704.00028",
        "backends": "steps_per_execution",
    }.items():
        html = (site / f"{page}.html").read_text()
        assert text in html
        assert "<!--" not in html.split("<article")[1].split("</article")[0]


def test_docstrings_are_read_as_markdown(site):
    page = (site / "api" / "models.html").read_text()
    assert 'href="https://arxiv.org/abs/1406.2661"' in page
    assert "](" not in re.sub(r"<[^>]+>", "", page)
    assert "LSGAN</p></td>" in page


def test_pictures_have_their_size(site):
    for name in ("index", "guides/first_model", "models/gan"):
        page = (site / f"{name}.html").read_text()
        assert "{width" not in page
        assert re.search(r'<img[^>]*style="width: \d+', page)
