import pathlib

from keras_generative.callbacks.description import networks
from keras_generative.callbacks.scalar_logger import ScalarLogger
from keras_generative.utils.validation import check_path
from keras_generative.writers import event_file


class TensorBoardLogger(ScalarLogger):
    """Writes curves and networks to TensorBoard, on every backend.

    `keras.callbacks.TensorBoard` needs TensorFlow, and does not draw models
    such as ours. Here each log has a curve over the training steps, with that
    of validation in the same panel, and what `ScalarLogger` adds has one too:
    learning rates, gradient norms, beta, images per second. The tab of graphs
    shows the layers of each network. For pictures, give
    `writers.TensorBoardWriter` a folder beside them.

    Args:
        directory: String or path, TensorBoard's `--logdir` or a folder in
            it. Its folders `train` and `validation` are made when needed.
        every_n_steps: See `ScalarLogger`.

    Raises:
        ValueError: If `every_n_steps` is no positive integer.

    Example:

    >>> pictures = TensorBoardWriter("logs/pictures")
    >>> model.fit(
    ...     x_train,
    ...     validation_data=(x_test,),
    ...     callbacks=[
    ...         TensorBoardLogger("logs", every_n_steps=50),
    ...         SampleGridLogger(writers=[pictures]),
    ...     ],
    ... )
    >>> # tensorboard --logdir logs
    """

    def __init__(self, directory, every_n_steps=None):
        super().__init__(every_n_steps)
        directory = pathlib.Path(check_path(directory, "directory"))
        self._train = event_file.EventFile(directory / "train")
        self._validation = event_file.EventFile(directory / "validation")

    def begin(self, model):
        graphs = [
            event_file.graph(name, network.to_json())
            for name, network in networks(model).items()
        ]
        self._train.write(graphs, self.position["step"])

    def write(self, scalars, position):
        train = {"epoch": position["epoch"]}
        validation = {}
        for name, value in scalars.items():
            is_validation = name.startswith("val_")
            curves = validation if is_validation else train
            curves[name.removeprefix("val_")] = value
        for file, curves in (
            (self._train, train),
            (self._validation, validation),
        ):
            points = [event_file.scalar(n, v) for n, v in curves.items()]
            if points:
                file.write(points, position["step"])
