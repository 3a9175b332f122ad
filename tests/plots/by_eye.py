"""What can be seen in a figure."""


def panels(fig):
    """The axes with an image in them; a scale of colours has none."""
    return [axes for axes in fig.get_axes() if axes.images]
