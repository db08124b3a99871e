"""Sphinx: `sphinx-build -W -b html docs docs/_build`."""

import pathlib
import re
import sys

DOCS = pathlib.Path(__file__).parent
ROOT = DOCS.parent
# The package of this checkout, and the extensions beside this file.
sys.path[:0] = [str(ROOT), str(DOCS / "_ext")]

project = "keras_generative"
author = "The keras_generative authors"
copyright = author
release = re.search(
    r'__version__ = "(.*)"',
    (ROOT / "keras_generative" / "version.py").read_text(),
)[1]

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "keras_docstrings",
    "sphinx.ext.napoleon",
    "public_names",
    "sphinx.ext.mathjax",
    "sphinx.ext.viewcode",
]
exclude_patterns = ["_build"]
myst_enable_extensions = ["attrs_inline", "dollarmath"]
myst_heading_anchors = 3

autodoc_inherit_docstrings = False
autodoc_member_order = "bysource"
napoleon_numpy_docstring = False
napoleon_use_rtype = False
napoleon_custom_sections = [
    ("Call arguments", "params_style"),
    "Example",
    "Reference",
]
# What a docstring has in single backticks, without a role, is code.
default_role = "code"

html_theme = "furo"
html_title = project
html_static_path = ["_static"]
html_css_files = ["narrow.css"]
html_theme_options = {
    "source_repository": "https://github.com/keras-generative/keras-generative",
    "source_branch": "main",
    "source_directory": "docs/",
}
