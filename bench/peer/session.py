"""The peer's script, stopped where it is ready, so that its own steps can be run in turn with ours.

usage: session.py rounds train|infer SCRIPT [FLAG...]   tells its warm steps' time, then answers each request for a round
       session.py memory SCRIPT [FLAG...]               only trains a few steps, tells its peak resident size
       session.py import SCRIPT                         only imports, tells the same
Requests and answers are JSON, one object a line. Ends with its input.
"""
import argparse
import json
import resource
import statistics
import sys
import time

import torch

WARM_UP_STEPS = 2  # after the first, which compiles
WARM_UP_SECONDS = 1.0
MEMORY_STEPS = 3


class Reached(Exception):
    """The script came to the call where it is stopped."""


def run_until(owner, call, script, flags):
    """Runs the script until it calls `owner.call`; what it has defined by then."""
    namespace = {"__name__": "__main__", "__file__": script}
    original = getattr(owner, call)

    def stop(*_args, **_named):
        raise Reached

    sys.argv = [script, *flags]
    setattr(owner, call, stop)
    try:
        with open(script, encoding="utf-8") as source:
            exec(compile(source.read(), script, "exec"), namespace)
    except Reached:
        return namespace
    finally:
        setattr(owner, call, original)
    raise SystemExit(f"{script} never calls {call}")


def say(**answer):
    print(json.dumps(answer), flush=True)


def timed(step):
    start = time.perf_counter()
    step()
    return 1000 * (time.perf_counter() - start)


def warm_up(step):
    step()
    times, end = [], time.perf_counter() + WARM_UP_SECONDS
    while time.perf_counter() < end or len(times) < WARM_UP_STEPS:
        times.append(timed(step))
    return statistics.median(times)


def serve_rounds(step):
    say(warmMs=warm_up(step))
    for line in sys.stdin:
        request = json.loads(line)
        times, end = [], time.perf_counter() + request["seconds"]
        while time.perf_counter() < end or len(times) < request["steps"]:
            times.append(timed(step))
        say(times=times)


def peak_kib():
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1024 if sys.platform == "darwin" else peak


def main(mode, *rest):
    if mode == "import":
        run_until(argparse.ArgumentParser, "parse_args", rest[0], [])
        return say(peakKiB=peak_kib())
    task, rest = (rest[0], rest[1:]) if mode == "rounds" else ("train", rest)
    script, *flags = rest
    peer = run_until(torch.nn.Module, "train", script, flags)
    peer["net"].train(task == "train")
    if mode == "rounds":
        return serve_rounds(peer[task])
    for _ in range(MEMORY_STEPS):
        peer["train"]()
    say(peakKiB=peak_kib())


main(*sys.argv[1:])
