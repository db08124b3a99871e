"""What may import what, and other rules that keep the package readable."""

import ast
import pathlib
import sys

import pytest

PACKAGE = pathlib.Path(__file__).parents[1] / "keras_generative"
MODULES = sorted(PACKAGE.rglob("*.py"))
FRAMEWORKS = {"tensorflow", "jax", "torch"}
ALLOWED = {
    "utils": set(),
    "version": set(),
    "backend": {"utils"},
    "diffusion": {"backend", "utils"},
    "features": {"backend", "utils"},
    "layers": {"backend", "utils"},
    "losses": {"backend", "utils"},
    "metrics": {"backend", "utils"},
    "optimizers": {"backend", "utils"},
    "priors": {"utils"},
    "networks": {"layers", "utils"},
    "training": {"backend", "layers", "optimizers", "utils"},
    "likelihood": {"backend", "losses", "training", "utils"},
    "models": {
        "backend",
        "diffusion",
        "layers",
        "likelihood",
        "losses",
        "optimizers",
        "priors",
        "training",
        "utils",
    },
    "datasets": {"utils"},
    "visualization": {"utils"},
    "writers": {"utils"},
    "callbacks": {"backend", "visualization", "writers", "utils"},
}


def name_of(path):
    return str(path.relative_to(PACKAGE))


def imported(path):
    """The modules that a file imports, also within functions."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def edges(path):
    part = path.relative_to(PACKAGE).with_suffix("").parts[0]
    framework = path.stem.removesuffix("_backend")
    for module in imported(path):
        root, *rest = module.split(".")
        if root == "keras_generative":
            target = rest[0]
            if part != "__init__" and target not in ALLOWED[part] | {part}:
                yield module
        elif root in FRAMEWORKS:
            if part != "backend" or root != framework:
                yield module
        elif root == "keras":
            if part in {"visualization", "writers", "version"}:
                yield module
        elif root != "numpy" and root not in sys.stdlib_module_names:
            yield module


def test_a_forbidden_edge_is_found(tmp_path):
    sources = {
        "import torch": "torch",
        "def f():\n    from keras_generative import models": "models",
        "import wandb.sdk": "wandb.sdk",
    }
    path = PACKAGE / "losses" / "adversarial.py"
    for source, module in sources.items():
        file = tmp_path / "adversarial.py"
        file.write_text(source)

        class Path(type(path)):
            def read_text(self, file=file):
                return file.read_text()

        assert [m.split(".")[-1] for m in edges(Path(path))] == [
            module.split(".")[-1]
        ]


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports(path):
    assert list(edges(path)) == []


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_public_keras_only(path):
    source = path.read_text()
    assert "keras.src" not in source
    assert "keras.backend." not in source
    assert "keras.backend" not in imported(path)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_no_assert(path):
    tree = ast.parse(path.read_text())
    assert not any(isinstance(node, ast.Assert) for node in ast.walk(tree))


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_one_idea_a_file(path):
    assert len(path.read_text().splitlines()) <= 260
