"""Reads docstrings that have Markdown in them, as those of Keras do.

Napoleon knows their sections. What is left is turned into reStructuredText:
`code`, [links](https://...) that may be broken over two lines, tables, and
lists that no blank line sets apart.
"""

import re

EXAMPLE = re.compile(r"((?:^[ ]*(?:>>>|\.\.\.).*\n?)+)", re.M)
TABLE = re.compile(r"(?:^\|.*\|\n?)+", re.M)
INLINE = re.compile(
    r"``.+?``"  # reStructuredText already
    r"|`(?P<code>[^`]+)`(?P<ending>\w*)"
    r"|\[(?P<text>[^\]]+)\]\(\s*(?P<url>https?://[^\s)]+)\)"
    r"|(?<=[ (])(?P<stars>\*+)(?=\w)",
    re.S,
)


def to_rst(docstring):
    """The docstring, with its Markdown in reStructuredText."""
    blocks = EXAMPLE.split(docstring)
    # What was split at has odd places.
    blocks[::2] = [_prose(block) for block in blocks[::2]]
    return "".join(blocks)


def _prose(text):
    text = TABLE.sub(lambda match: _table(match[0]), text)
    return INLINE.sub(_inline, _apart(text))


def _inline(match):
    if match["code"]:
        # "`Metric`s" has its plural right behind.
        ending = rf"\ {match['ending']}" if match["ending"] else ""
        return f"``{match['code']}``{ending}"
    if match["url"]:
        return f"`{match['text']} <{match['url']}>`__"
    if match["stars"] and not _begins_line(match):
        return "\\*" * len(match["stars"])
    return match[0]


def _begins_line(match):
    """Whether it is the name of an argument, which Napoleon reads."""
    return not match.string[: match.start()].rpartition("\n")[2].strip()


def _apart(text):
    """The text, with a blank line around each list."""
    lines, bullet = [], None
    for line in text.split("\n"):
        indent = len(line) - len(line.lstrip())
        is_item = line.lstrip().startswith("- ")
        if bullet is not None and line.strip() and not is_item:
            if indent <= bullet:
                bullet = None
                lines.append("")
        elif is_item and bullet is None:
            bullet = indent
            lines.append("")
        lines.append(line)
    return "\n".join(lines)


def _table(table):
    """A list-table of a Markdown table, whose rows may go on below."""
    rows = []
    for line in table.strip().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if set("".join(cells)) <= set("-: "):
            continue
        if cells[0]:
            rows.append(cells)
        else:
            rows[-1] = [" ".join(pair) for pair in zip(rows[-1], cells)]
    lines = [".. list-table::", "   :header-rows: 1", ""]
    for row in rows:
        for index, cell in enumerate(row):
            lines.append(f"   {'  -' if index else '* -'} {cell.strip()}")
    return "\n".join(lines) + "\n"


def process(app, what, name, obj, options, lines):
    lines[:] = to_rst("\n".join(lines)).split("\n")


def setup(app):
    # Before Napoleon, which comes at 500.
    app.connect("autodoc-process-docstring", process, priority=400)
    return {"parallel_read_safe": True}
