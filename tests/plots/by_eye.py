"""Find what can be seen in a figure."""


def panels(fig):
    """Return the axes that contain an image; a colour bar has none."""
    return [axes for axes in fig.get_axes() if axes.images]
