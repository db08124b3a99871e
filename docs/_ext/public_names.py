"""The directive `public-names`: what a package of `keras_generative` offers.

A name that is added to a package appears in the reference by itself.
"""

import importlib
import inspect

import keras
from docutils import nodes
from docutils.statemachine import StringList
from sphinx.util.docutils import SphinxDirective
from sphinx.util.inspect import stringify_signature

OBJECT = "``object``"
ROOT = "keras_generative"
KERAS = (
    keras,
    keras.callbacks,
    keras.constraints,
    keras.layers,
    keras.losses,
    keras.metrics,
    keras.optimizers,
    keras.utils,
)


def public_names(package):
    """Names that a package offers: classes, then functions."""
    things = vars(importlib.import_module(f"{ROOT}.{package}"))
    names = [
        name
        for name, value in things.items()
        if not name.startswith("_") and not inspect.ismodule(value)
    ]
    return sorted(names, key=lambda name: (callable_kind(things[name]), name))


def callable_kind(thing):
    return "class" if inspect.isclass(thing) else "function"


class PublicNames(SphinxDirective):
    """Documents the names that it is given, or all names of a package."""

    required_arguments = 1
    optional_arguments = 100

    def run(self):
        package, *names = self.arguments
        lines = ["```{eval-rst}"]  # Pages are in Markdown.
        for name in names or public_names(package):
            path = f"{ROOT}.{package}.{name}"
            kind = callable_kind(
                getattr(importlib.import_module(f"{ROOT}.{package}"), name)
            )
            lines += [f".. auto{kind}:: {path}"]
            if kind == "class":
                lines += ["   :members:", "   :show-inheritance:"]
            lines += [""]
        container = nodes.container()
        source = StringList([*lines, "```"], source=f"{ROOT}.{package}")
        self.state.nested_parse(source, 0, container)
        return container.children


def name_bases(app, name, obj, options, bases):
    """Says what a class is by names that users know."""
    names = [public_base(base) for base in bases]
    bases[:] = [name for name in names if name != OBJECT] or [OBJECT]


def public_base(base):
    """The public name of a class, or of the first of its bases with one."""
    for candidate in base.__mro__:
        name = candidate.__name__
        if candidate.__module__.startswith(f"{ROOT}."):
            package = ".".join(candidate.__module__.split(".")[:2])
            module = importlib.import_module(package)
            if getattr(module, name, None) is candidate:
                return f":class:`~{package}.{name}`"
        for module in KERAS:
            if getattr(module, name, None) is candidate:
                return f"``{module.__name__}.{name}``"
    return OBJECT


def arguments(app, what, name, obj, options, signature, annotation):
    """Arguments of `__init__`, which Keras hides behind `__new__`."""
    if what != "class" or obj.__init__ is object.__init__:
        return None
    found = inspect.signature(obj.__init__)
    own = [p for p in found.parameters.values() if p.name != "self"]
    found = found.replace(parameters=own)
    return stringify_signature(found, show_annotation=False), annotation


def setup(app):
    app.add_directive("public-names", PublicNames)
    app.connect("autodoc-process-bases", name_bases)
    app.connect("autodoc-process-signature", arguments)
    return {"parallel_read_safe": True}
