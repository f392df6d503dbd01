"""Reads NIR files of ours with the Python package nir and steps them by NIR's own equations.

usage: read_nir.py FILE.nir...    tells what nir.read gives back and the spikes of every layer, one JSON object
The frames are made by a formula that the tests of snnx know too: x[t][n][i] = ((7 i + 13 n + 29 t) mod 16) / 16.
needs: nir, numpy, torch
"""
import json
import os
import sys
from importlib.metadata import version

import nir
import numpy as np
import torch
import torch.nn.functional as F

SAMPLES = 3


def frames(steps, shape):
    t, n, i = np.meshgrid(np.arange(steps), np.arange(SAMPLES), np.arange(int(np.prod(shape))), indexing="ij")
    return torch.from_numpy(((7 * i + 13 * n + 29 * t) % 16 / 16).reshape(steps, SAMPLES, *shape))


def pair(value):
    return tuple(int(of) for of in np.broadcast_to(value, 2))


def simulate(graph, x, dt):
    """Forward Euler in double: spikes of every layer of neurons, [T, N, ...]."""
    double = lambda value: torch.from_numpy(np.asarray(value, np.float64))
    following, potentials, spikes = dict(graph.edges), {}, {}
    [first] = [name for name, node in graph.nodes.items() if isinstance(node, nir.Input)]
    for frame in x:
        name, value = following[first], frame
        while not isinstance(graph.nodes[name], nir.Output):
            node = graph.nodes[name]
            if isinstance(node, (nir.Linear, nir.Affine)):
                value = F.linear(value, double(node.weight), double(node.bias) if isinstance(node, nir.Affine) else None)
            elif isinstance(node, nir.Conv2d):
                value = F.conv2d(value, double(node.weight), double(node.bias), pair(node.stride), pair(node.padding))
            elif isinstance(node, nir.AvgPool2d):
                value = F.avg_pool2d(value, pair(node.kernel_size), pair(node.stride), pair(node.padding))
            elif isinstance(node, nir.Flatten):
                value = value.flatten(1)
            else:
                before = potentials.get(name, torch.zeros_like(value))
                if isinstance(node, nir.IF):
                    now = before + dt * double(node.r) * value
                else:
                    now = before + dt / double(node.tau) * (double(node.v_leak) - before + double(node.r) * value)
                value = (now > double(node.v_threshold)).double()
                potentials[name] = torch.where(value > 0, double(node.v_reset).expand_as(now), now)
                spikes.setdefault(name, []).append(value)
            name = following[name]
    return {name: torch.stack(of).int() for name, of in spikes.items()}


def describe(node):
    hidden = ("input_type", "output_type", "metadata")
    fields = {key: np.asarray(value) for key, value in vars(node).items() if key not in hidden}
    return {
        "type": type(node).__name__,
        "fields": {
            key: {"dtype": str(value.dtype), "shape": list(value.shape), "nonzero": int(np.count_nonzero(value))}
            for key, value in fields.items()
            if value.dtype.kind in "fiu"
        },
    }


def read(path):
    graph = nir.read(path)
    dt, steps = float(graph.metadata["dt"]), int(graph.metadata["steps"])
    [entry] = [node for node in graph.nodes.values() if isinstance(node, nir.Input)]
    shape = [int(size) for size in next(iter(entry.input_type.values()))]
    spikes = simulate(graph, frames(steps, shape), dt)
    return {
        "nodes": {name: describe(node) for name, node in graph.nodes.items()},
        "edges": [list(edge) for edge in graph.edges],
        "dt": dt,
        "steps": steps,
        # Per step and sample how many fired, and which of the last layer did.
        "spikes": {name: of.flatten(2).sum(2).tolist() for name, of in spikes.items()},
        "output": list(spikes.values())[-1].flatten(2).tolist(),
    }


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    torch.set_num_threads(1)
    made_with = {name: version(name) for name in ("nir", "numpy", "torch")}
    print(json.dumps({"made_with": made_with, "files": {os.path.basename(path): read(path) for path in sys.argv[1:]}}))
