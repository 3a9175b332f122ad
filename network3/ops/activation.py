"""The activation functions that operators can apply themselves."""

# In the order of `enum Activation` in kernels/c/activation.h.
ACTIVATIONS = ("linear", "ReLU", "sigmoid", "tanh")


class Activated:
    """An operator with the property `activation`, a name among ACTIVATIONS; `activation_number` is
    what its kernel is told."""

    activation: str

    @property
    def activation_number(self):
        return ACTIVATIONS.index(self.activation)
