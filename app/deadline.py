"""A time limit on what an exercise file does: a loop in it that never ends must not take the service with it."""

import ctypes
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

SECONDS: Final = 10.0  # drawing and showing every level of an exercise takes hundredths of one
LOOKING: Final = 0.25  # seconds between two looks at the clock


class TooLong(Exception):
    """Something in an exercise file does not come to an end."""

    def __str__(self) -> str:
        return "it does not come to an end. Is there a loop in it that never stops?"


class _Watchdog:
    """Interrupts threads whose time is over: one thread for all of them, alive while there is something to watch."""

    def __init__(self) -> None:
        self.until: dict[int, float] = {}  # by thread
        self.lock = threading.Lock()
        self.running = False

    def watch(self, seconds: float) -> None:
        with self.lock:
            self.until[threading.get_ident()] = time.monotonic() + seconds
            if not self.running:
                self.running = True
                threading.Thread(target=self._run, daemon=True).start()

    def release(self) -> None:
        with self.lock:
            self.until.pop(threading.get_ident(), None)

    def _run(self) -> None:
        idle = False
        while True:
            time.sleep(LOOKING)
            with self.lock:
                for thread, until in list(self.until.items()):
                    if time.monotonic() > until:
                        del self.until[thread]
                        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(TooLong))
                if idle and not self.until:
                    self.running = False
                    return
                idle = not self.until


_watchdog: Final = _Watchdog()


@contextmanager
def limited(seconds: float = SECONDS) -> Iterator[None]:
    """Raise `TooLong` in this thread, wherever its Python code is by then, after about so many seconds."""
    _watchdog.watch(seconds)
    try:
        yield
    finally:
        _watchdog.release()
