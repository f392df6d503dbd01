"""The sorting in one compression step of the paper's code (Chen et al., ACM MM 2023), apart from its training step: over the
squares of all prunable weights, laid one after another each time, two kthvalue (the proximal step's threshold, the mask's)
and two topk of the s smallest (sorted for the gradient of s, unsorted for the dual y).

usage: sorting.py SIZES S THREADS REPEATS     SIZES: the layers' numbers of weights, as a JSON array
Tells the median milliseconds as JSON.
"""
import json
import statistics
import sys
import time

import torch

sizes, s, threads, repeats = (json.loads(text) for text in sys.argv[1:])
torch.set_num_threads(threads)
torch.manual_seed(0)
weights = [torch.rand(size) * 2 - 1 for size in sizes]


def squares():
    return torch.cat([weight**2 for weight in weights])


def step():
    squares().kthvalue(s + 1)
    squares().topk(s + 1, largest=False, sorted=True)[0][:-1].sum()
    squares().topk(s, largest=False, sorted=False)[0].sum()
    squares().kthvalue(s + 1)


times = []
for _ in range(repeats):
    start = time.perf_counter()
    step()
    times.append(1000 * (time.perf_counter() - start))
print(json.dumps({"ms": statistics.median(times)}))
