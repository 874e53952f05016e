"""Webhooks on their way: each lead that arrives is told to one receiver, until it is taken."""

import heapq
import itertools
import random
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

import httpx

from sandbox.app import Ground
from sandbox.callers import Caller

_REGISTER_EVERY = 1.0
_WORKERS = 4


@dataclass(order=True, slots=True)
class _Parcel:
    due: float
    number: int
    vendor: str = field(compare=False)
    lead_id: str = field(compare=False)
    attempt: int = field(compare=False, default=0)


class Couriers:
    """
    Thread-safe. A vendor that the receiver has not accepted yet tells nothing, as none would.

    `hurry`: how many times shorter a vendor's pauses between repetitions are than in the world.
    `twice`: which share of what was taken is sent once more: every vendor promises "at least once".
    """

    def __init__(
        self,
        callers: Mapping[str, Caller],
        grounds: Mapping[str, Ground],
        url: str,
        *,
        hurry: float = 1.0,
        twice: float = 0.05,
    ) -> None:
        self.registered: set[str] = set()
        self._callers, self._grounds, self._url = callers, grounds, url.rstrip("/")
        self._hurry, self._twice = hurry, twice
        self._rng = random.Random("couriers")
        self._numbers = itertools.count()
        self._parcels: list[_Parcel] = []
        self._under_way = 0
        self._news = threading.Condition()
        self._is_stopping = threading.Event()
        jobs = [self._register, *[self._work] * _WORKERS]
        self._threads = [threading.Thread(target=job, daemon=True, name="courier") for job in jobs]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._is_stopping.set()
        with self._news:
            self._news.notify_all()
        for thread in self._threads:
            thread.join()

    def tell(self, source: str, lead_id: str) -> None:
        """A lead has arrived."""
        if source in self.registered and self._callers[source].tells(lead_id):
            self._put(source, lead_id, attempt=0, pause=0.0)

    @property
    def waiting(self) -> int:
        """How many notices have not come to an end."""
        with self._news:
            return len(self._parcels) + self._under_way

    def _put(self, vendor: str, lead_id: str, *, attempt: int, pause: float) -> None:
        due = time.monotonic() + pause / self._hurry
        with self._news:
            heapq.heappush(
                self._parcels, _Parcel(due, next(self._numbers), vendor, lead_id, attempt)
            )
            self._news.notify()

    def _register(self) -> None:
        while not self._is_stopping.is_set() and self._callers.keys() - self.registered:
            for vendor in sorted(self._callers.keys() - self.registered):
                if self._callers[vendor].register():
                    self.registered.add(vendor)
            self._is_stopping.wait(_REGISTER_EVERY)

    def _work(self) -> None:
        with httpx.Client(trust_env=False) as http:
            while (parcel := self._next()) is not None:
                try:
                    self._deliver(http, parcel)
                finally:
                    with self._news:
                        self._under_way -= 1

    def _next(self) -> _Parcel | None:
        """Wait for a parcel that is due; None when it is time to go."""
        with self._news:
            while not self._is_stopping.is_set():
                wait = self._parcels[0].due - time.monotonic() if self._parcels else None
                if wait is not None and wait <= 0:
                    self._under_way += 1
                    return heapq.heappop(self._parcels)
                self._news.wait(wait)
        return None

    def _deliver(self, http: httpx.Client, parcel: _Parcel) -> None:
        vendor, caller = parcel.vendor, self._callers[parcel.vendor]
        body, headers = caller.request(parcel.lead_id, parcel.attempt)
        url = f"{self._url}{caller.path}"
        try:
            sent = http.post(url, content=body, headers=dict(headers), timeout=caller.timeout)
            status = sent.status_code
        except httpx.TransportError:
            status = 0
        told = {"status": status, "attempt": parcel.attempt}
        self._grounds[vendor].log("webhook", "leads", (parcel.lead_id,), **told)
        self._go_on(parcel, caller, status)

    def _go_on(self, parcel: _Parcel, caller: Caller, status: int) -> None:
        attempt, again = parcel.attempt, parcel.attempt < len(caller.pauses)
        if not caller.is_final(status) and again:
            pause = caller.pauses[attempt]
            self._put(parcel.vendor, parcel.lead_id, attempt=attempt + 1, pause=pause)
        elif attempt == 0 and self._rng.random() < self._twice:
            # As one more attempt, so that a duplicate is sent no third time.
            last = len(caller.pauses)
            self._put(parcel.vendor, parcel.lead_id, attempt=max(1, last), pause=0.0)
