"""The Inception of the FID in torch, to compare with.

Written from the tables of the paper and the changes that pytorch-fid lists,
on the state dict alone: shapes are those of the weights.
"""

import torch
import torch.nn.functional as F


class Inception:
    def __init__(self, state):
        self.state = state

    def conv(self, x, name, stride=1, pad=True):
        kernel = self.state[f"{name}.conv.weight"]
        padding = [n // 2 if pad else 0 for n in kernel.shape[2:]]
        x = F.conv2d(x, kernel, stride=stride, padding=padding)
        keys = ("running_mean", "running_var", "weight", "bias")
        statistics = [self.state[f"{name}.bn.{key}"] for key in keys]
        return F.relu(F.batch_norm(x, *statistics, eps=0.001))

    def chain(self, x, name, numbers):
        for number in numbers:
            x = self.conv(x, f"{name}_{number}")
        return x

    def pooled(self, x, name, maximum=False):
        if maximum:
            x = F.max_pool2d(x, 3, 1, 1)
        else:
            x = F.avg_pool2d(x, 3, 1, 1, count_include_pad=False)
        return self.conv(x, f"{name}.branch_pool")

    def block_5(self, x, name):
        return [
            self.conv(x, f"{name}.branch1x1"),
            self.chain(x, f"{name}.branch5x5", "12"),
            self.chain(x, f"{name}.branch3x3dbl", "123"),
            self.pooled(x, name),
        ]

    def block_6(self, x, name):
        return [
            self.conv(x, f"{name}.branch1x1"),
            self.chain(x, f"{name}.branch7x7", "123"),
            self.chain(x, f"{name}.branch7x7dbl", "12345"),
            self.pooled(x, name),
        ]

    def block_7(self, x, name):
        single = self.chain(x, f"{name}.branch3x3", "1")
        double = self.chain(x, f"{name}.branch3x3dbl", "12")
        return [
            self.conv(x, f"{name}.branch1x1"),
            *[self.conv(single, f"{name}.branch3x3_{n}") for n in ("2a", "2b")],
            *[
                self.conv(double, f"{name}.branch3x3dbl_{n}")
                for n in ("3a", "3b")
            ],
            self.pooled(x, name, maximum=name == "Mixed_7c"),
        ]

    def reduction_6(self, x, name):
        double = self.chain(x, f"{name}.branch3x3dbl", "12")
        return [
            self.conv(x, f"{name}.branch3x3", 2, False),
            self.conv(double, f"{name}.branch3x3dbl_3", 2, False),
            F.max_pool2d(x, 3, 2),
        ]

    def reduction_7(self, x, name):
        single = self.chain(x, f"{name}.branch3x3", "1")
        triple = self.chain(x, f"{name}.branch7x7x3", "123")
        return [
            self.conv(single, f"{name}.branch3x3_2", 2, False),
            self.conv(triple, f"{name}.branch7x7x3_4", 2, False),
            F.max_pool2d(x, 3, 2),
        ]

    def __call__(self, images):
        """Features and probabilities of images of shape (n, h, w, 3)."""
        x = torch.as_tensor(images).permute(0, 3, 1, 2)
        x = self.conv(x, "Conv2d_1a_3x3", 2, False)
        x = self.conv(x, "Conv2d_2a_3x3", pad=False)
        x = F.max_pool2d(self.conv(x, "Conv2d_2b_3x3"), 3, 2)
        x = self.conv(x, "Conv2d_3b_1x1")
        x = F.max_pool2d(self.conv(x, "Conv2d_4a_3x3", pad=False), 3, 2)
        blocks = {
            self.block_5: ["Mixed_5b", "Mixed_5c", "Mixed_5d"],
            self.reduction_6: ["Mixed_6a"],
            self.block_6: ["Mixed_6b", "Mixed_6c", "Mixed_6d", "Mixed_6e"],
            self.reduction_7: ["Mixed_7a"],
            self.block_7: ["Mixed_7b", "Mixed_7c"],
        }
        for block, names in blocks.items():
            for name in names:
                x = torch.cat(block(x, name), dim=1)
        features = x.mean(dim=(2, 3))
        logits = features @ self.state["fc.weight"].T
        return features, torch.softmax(logits, dim=1)
