"""The same network in PyTorch: plain SGD in its foreach form, eager or compiled.

Differences from network3: if several places of a pooling window tie, only the first gets the
gradient; weight decay is part of the step, but not of the cost, which is not read.

These forms were the fastest: filters with channels last, and `torch.compile` of the network, its
cost and the gradients together, called from C++.
"""

import torch
import torch.nn.functional as F
from nets import Conv, Full, initial, mnist
from torch import nn

from peers.serve import serve

ACTIVATIONS = {"sigmoid": torch.sigmoid, "ReLU": torch.relu}


class Layers(nn.Module):
    def __init__(self, net, seed):
        super().__init__()
        self.net = net
        self.weights, self.biases = nn.ParameterList(), nn.ParameterList()
        for layer, (w, b) in zip(net.layers, initial(net, seed), strict=True):
            # PyTorch correlates, and its matrices are (outputs, inputs).
            w = w[:, :, ::-1, ::-1].copy() if isinstance(layer, Conv) else w.T.copy()
            self.weights.append(torch.from_numpy(w))
            self.biases.append(torch.from_numpy(b))

    def forward(self, x):
        activation = ACTIVATIONS[self.net.activation]
        for layer, w, b in zip(self.net.layers, self.weights, self.biases, strict=True):
            if isinstance(layer, Conv):
                x = F.conv2d(x.view(-1, layer.maps, layer.side, layer.side), w, b)
                x = activation(F.max_pool2d(x, 2))
                continue
            x = x.flatten(1)
            if layer.p_dropout:
                # The book does not scale the kept inputs in training, but all of them in
                # evaluation.
                x = F.dropout(x, layer.p_dropout, self.training) * (1 - layer.p_dropout)
            x = F.linear(x, w, b)
            if isinstance(layer, Full):
                x = activation(x)
        return x


def prepare(net, settings):
    torch.manual_seed(settings.get("seed", 0))
    layers = Layers(net, settings.get("seed", 0)).to(memory_format=torch.channels_last)
    sets = [
        (torch.from_numpy(images), torch.from_numpy(labels).long())
        for images, labels in mnist(settings["images"])
    ]
    images, labels = (data.split(10) for data in sets[0])
    optimizer = torch.optim.SGD(
        [
            {"params": layers.weights, "weight_decay": net.lmbda / len(images)},
            {"params": layers.biases},
        ],
        lr=net.eta,
        foreach=True,
    )

    def cost(x, y):
        return F.cross_entropy(layers(x), y)

    if settings.get("compile"):
        cost = torch.compile(cost, options={"cpp_wrapper": True})

    def train():
        layers.train()
        for x, y in zip(images, labels, strict=True):
            optimizer.zero_grad(set_to_none=True)
            cost(x, y).backward()
            optimizer.step()

    @torch.inference_mode()
    def accuracy(images, labels):
        pieces = zip(images.split(1000), labels.split(1000), strict=True)
        right = sum((layers(x).argmax(1) == y).sum() for x, y in pieces)
        return right.item() / len(images)

    def evaluate():
        layers.eval()
        return [accuracy(*data) for data in sets[1:]]

    return {"torch": torch.__version__}, train, evaluate


if __name__ == "__main__":
    serve(prepare)
