import pathlib


def path_within(directory, file_name, name):
    """The path of the file that a picture goes to.

    Args:
        directory: String or path.
        file_name: String, in which a `/` makes a folder.
        name: String, the picture's name.

    Raises:
        ValueError: If the name leads out of the directory.
    """
    path = pathlib.Path(file_name)
    if path.anchor or ".." in path.parts or "\0" in file_name:
        raise ValueError(
            "Argument `name` must be the name of a file within the "
            "directory, with `/` after the name of a folder. "
            f"Received: name={name!r}"
        )
    return pathlib.Path(directory) / path
