"""CPU time and peak memory of a step, each taken in a process of its own."""

import multiprocessing
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Cost:
    """What a step took: CPU seconds (user and system), wall seconds, peak memory in MB, and what it returned."""

    cpu: float
    wall: float
    memory: float
    result: object


def alone(step: Callable[..., object], *arguments: object) -> Cost:
    """Run a step in a fresh process and return its cost; the process's own start is in it."""
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_child, args=(sender, step, arguments))
    process.start()
    sender.close()
    try:
        cost: Cost = receiver.recv()
    except EOFError as error:
        raise RuntimeError(f"{step.__name__} failed; its traceback stands above") from error
    finally:
        process.join()
    return cost


def _child(sender, step: Callable[..., object], arguments: tuple[object, ...]) -> None:
    begin = time.monotonic()
    result = step(*arguments)
    usage = resource.getrusage(resource.RUSAGE_SELF)
    cpu = usage.ru_utime + usage.ru_stime
    sender.send(Cost(cpu, time.monotonic() - begin, usage.ru_maxrss / 1024, result))


def cpu_of(step: Callable[[], object], repeat: int = 1) -> float:
    """Return the least CPU seconds that a step took in this process, of `repeat` runs."""
    best = float("inf")
    for _ in range(repeat):
        begin = time.process_time()
        step()
        best = min(best, time.process_time() - begin)
    return best
