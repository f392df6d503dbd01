"""Loads a compressed network's weights file and tests it with SpikingJelly: the accuracy must be the record's.

usage: load_weights.py RECORD.json FASHION_MNIST   tells {node, correct, recorded, total} of every node, one JSON array
FASHION_MNIST is the folder of the original files. Networks of linear layers and LIF neurons only. Ends with 1 when an
accuracy differs by more than 0.02 points: sums in another order move single spikes.
needs: numpy, safetensors, torch, spikingjelly
"""
import gzip
import json
import os
import sys

import numpy as np
from safetensors import safe_open


def load(path):
    """Every tensor of a weights file by name, zeros where a connection was pruned: see docs/weights-format.md."""
    file = safe_open(path, "np")
    held = {name: file.get_tensor(name) for name in file.keys()}
    for name in [key[: -len(".values")] for key in held if key.endswith(".values")]:
        form, stored = json.loads(file.metadata()[name]), held.pop(name + ".positions")
        words = stored.view("<u2" if form["encoding"] == "gaps16" else "u1")
        is_bits, last = form["encoding"] == "bits", np.iinfo(words.dtype).max
        lives = np.unpackbits(stored, bitorder="little") == 1 if is_bits else words != last
        at = np.flatnonzero(lives) if is_bits else (np.cumsum(words + lives.astype(int)) - 1)[lives]
        held[name] = np.zeros(form["shape"], np.float32)
        held[name].flat[at] = held.pop(name + ".values")
    return held


def read_idx(path):
    with gzip.open(path) as file:
        raw = file.read()
    rank = raw[3]
    shape = [int.from_bytes(raw[4 + 4 * axis : 8 + 4 * axis], "big") for axis in range(rank)]
    return np.frombuffer(raw, np.uint8, offset=4 + 4 * rank).reshape(shape)


def build(network, weights):
    """The record's network in SpikingJelly."""
    import torch
    from spikingjelly.activation_based import layer, neuron

    modules, width = [layer.Flatten()], int(np.prod(network["input"]))
    for of in network["layers"]:
        if of["kind"] == "linear":
            made = layer.Linear(width, of["features"], bias=of["bias"])
            made.weight.data = torch.from_numpy(weights[of["name"] + ".weight"])
            if of["bias"]:
                made.bias.data = torch.from_numpy(weights[of["name"] + ".bias"])
            width = of["features"]
        elif of["kind"] == "neuron" and of["neuron"]["model"] == "lif":
            set_to = of["neuron"]
            reset = float(set_to["resetTo"]) if set_to["reset"] == "zero" else None
            made = neuron.LIFNode(tau=float(set_to["tau"]), v_threshold=float(set_to["threshold"]), v_reset=reset)
        elif of["kind"] in ("flatten", "rate"):
            continue
        else:
            sys.exit(f"this script knows no {of['kind']}")
        modules.append(made)
    return torch.nn.Sequential(*modules).eval()


def test(network, weights, images, labels):
    import torch
    from spikingjelly.activation_based import functional

    model, correct = build(network, weights), 0
    with torch.no_grad():
        for at in range(0, len(images), 1000):
            functional.reset_net(model)
            x = torch.from_numpy(images[at : at + 1000])
            rate = sum(model(x) for _ in range(network["steps"])).numpy()
            correct += int((rate.argmax(1) == labels[at : at + 1000]).sum())  # the first of equal ones, as snnx does
    return correct


def main(record_path, folder):
    with open(record_path, encoding="utf-8") as file:
        record = json.load(file)
    experiment = os.path.dirname(os.path.dirname(os.path.abspath(record_path)))
    pixels = read_idx(os.path.join(folder, "t10k-images-idx3-ubyte.gz"))
    images = ((pixels / 255 - 0.286) / 0.353).astype(np.float32)
    labels = read_idx(os.path.join(folder, "t10k-labels-idx1-ubyte.gz"))
    rows = []
    for node in record["nodes"]:
        weights = load(os.path.join(experiment, node["weights"]["file"]))
        correct = test(record["job"]["network"], weights, images, labels)
        rows.append({"node": node["target"], "correct": correct, "recorded": node["test"]["correct"], "total": len(labels)})
    print(json.dumps(rows))
    return int(any(abs(row["correct"] - row["recorded"]) > 2e-4 * row["total"] for row in rows))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
