class MemoryWriter:
    """Keeps pictures in the list `images` of `(name, step, image)`.

    Example:

    >>> writer = MemoryWriter()
    >>> model.fit(x, callbacks=[SampleGridLogger(writers=[writer])])
    >>> name, step, image = writer.images[-1]
    """

    def __init__(self):
        self.images = []

    def write(self, name, image, step):
        """Keeps one picture.

        Args:
            name: String.
            image: uint8 array of shape (height, width, 3).
            step: Integer.
        """
        self.images.append((name, step, image))
