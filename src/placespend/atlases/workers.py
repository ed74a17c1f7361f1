"""The processes of an atlas: as many reports at a time as there are processors, and none lost when one process dies.

Processes are spawned, not forked: a fork of a process that runs threads, as pandas and matplotlib may, can hang. Where
one dies without a word, as when memory runs out, nothing tells which report it was making: those that were being made
are tried once more, each alone, and only one that ends its process again is given up.
"""

from __future__ import annotations

import multiprocessing
import signal
import sys
import threading
from collections import deque
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import TYPE_CHECKING

from placespend.atlases.working import Outcome, ready, start, work
from placespend.errors import PlacespendError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from concurrent.futures import Future

    from placespend.atlases.working import Job, Orders

DIED = "The process that made it ended without a word, twice, as it does when memory runs out."

NOT_STARTED = "The processes that make the reports could not be started."
HOW_TO_START = 'in a program of your own, call it below: if __name__ == "__main__":'
HOW_TO_SAVE = "save the program as a file and run that; one that is read from a pipe cannot be begun again"
DAEMON = "An atlas cannot be made by a process of a pool, which may begin none of its own."
HOW_TO_CALL = "call it in the process that your program began with"

MOST_PROCESSES = 61
"""Windows waits for no more at a time."""


def check_start() -> None:
    """Make sure that processes can be started from here, before lines are read for them.

    Raises
    ------
    PlacespendError
        If this is one itself, begun for a program that would make an atlas when it is only read, or if it cannot be
        read again.
    """
    process = multiprocessing.current_process()
    # What multiprocessing looks at itself while it reads the program that a new process is of.
    if getattr(process, "_inheriting", False):
        raise PlacespendError(NOT_STARTED, hint=HOW_TO_START)
    if process.daemon:
        raise PlacespendError(DAEMON, hint=HOW_TO_CALL)
    if getattr(sys.modules.get("__main__"), "__file__", None) == "<stdin>":
        raise PlacespendError(NOT_STARTED, hint=HOW_TO_SAVE)


def make_reports(jobs: Sequence[Job], orders: Orders, *, processes: int, done: Callable[[Job, Outcome], None]) -> None:
    """Make reports, several at a time.

    Parameters
    ----------
    jobs : sequence of Job
    orders : Orders
    processes : int
        How many at a time, at most.
    done : callable
        Told of each when it is made or given up, in this process, in whatever order that comes.

    Raises
    ------
    PlacespendError
        If no process can be started.
    """
    waiting = deque(jobs)
    while waiting:
        for job in _run(waiting, orders, min(processes, len(waiting), MOST_PROCESSES), done):
            if _run(deque([job]), orders, 1, done):
                done(job, Outcome(job.code, reason=DIED))


def _run(waiting: deque[Job], orders: Orders, processes: int, done: Callable[[Job, Outcome], None]) -> list[Job]:
    """Make the reports that wait, until a process dies; give those that were being made then."""
    pool = ProcessPoolExecutor(
        processes, mp_context=multiprocessing.get_context("spawn"), initializer=start, initargs=(orders,)
    )
    running: dict[Future[Outcome], Job] = {}
    is_over = False
    try:
        _start_all(pool, processes)
        while waiting or running:
            while waiting and len(running) < processes:
                running[pool.submit(work, waiting[0])] = waiting[0]
                waiting.popleft()
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                outcome = future.result()
                done(running.pop(future), outcome)
        is_over = True
    except BrokenProcessPool:
        # Of one that died while nothing was being made, the next is suspected, so that this comes to an end.
        return [*running.values()] or [waiting.popleft()]
    finally:
        _end(pool, at_once=not is_over)
    return []


def _start_all(pool: ProcessPoolExecutor, processes: int) -> None:
    """Start the processes, and make sure that they begin."""
    with _unheard_interrupts():
        begun = [pool.submit(ready) for _ in range(processes)]
    try:
        for future in begun:
            future.result()
    except BrokenProcessPool:
        raise PlacespendError(NOT_STARTED, hint=HOW_TO_START) from None


@contextmanager
def _unheard_interrupts() -> Iterator[None]:
    """Start processes that Ctrl-C does not reach before they are told to leave it to this one."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _end(pool: ProcessPoolExecutor, *, at_once: bool) -> None:
    """End the processes: when they are done, or at once, whatever they are doing."""
    processes = list((pool._processes or {}).values())
    pool.shutdown(wait=not at_once, cancel_futures=True)
    if at_once:
        for process in processes:
            process.terminate()
    for process in processes:
        process.join()
