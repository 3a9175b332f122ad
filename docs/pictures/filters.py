"""Draw the README's picture: the first layer's filters before and after training.

    python docs/pictures/filters.py [FILE]

The book's first convolutional network trains for 20 epochs. Needs network3[plots].
"""

import sys
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

import network3
from network3 import nets, plots

EPOCHS = 20


def main():
    path = sys.argv[1] if sys.argv[1:] else Path(__file__).with_suffix(".png")
    np.random.seed(0)
    net = nets.basic_conv()
    figure = Figure(figsize=(10, 4.4), dpi=90, layout="constrained")
    before, after = figure.subfigures(1, 2)
    plots.filters(net, fig=before).suptitle("Before training")
    training_data, validation_data, _ = network3.load_data_shared()
    net.SGD(training_data, EPOCHS, 10, 0.1, validation_data, None)
    plots.filters(net, fig=after).suptitle(f"After {EPOCHS} epochs")
    figure.savefig(path)


if __name__ == "__main__":
    main()
