"""What Prometheus is told, read from the database when it asks."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import timedelta

from django.db.models import Count
from django.utils import timezone
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeHistogramMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from portal.operations.domain import queue_depths, storage, workers
from portal.operations.domain.work import NAMED, rows_of
from portal.settings.env import CPU_QUEUE, GPU_QUEUE
from portal.submissions.models import Attempt, State

HOUR = timedelta(hours=1)
LONGEST = timedelta(days=1)
BUCKETS = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0)
"""Upper ends, in seconds, of what gradings are counted by."""

MOST_ENDED = 50_000
"""Of one kind, whose seconds are looked at."""

QUEUES = frozenset({CPU_QUEUE, GPU_QUEUE})
ENDED = (State.GRADED, State.FAILED, State.STOPPED)


def metrics_text() -> bytes:
    """Return all metrics in Prometheus's text format."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(PortalCollector())
    return generate_latest(registry)


class PortalCollector(Collector):
    """Reads the rows at each scrape: nothing is counted twice, and no process keeps anything."""

    def collect(self) -> Iterator[Metric]:
        """Yield every metric."""
        yield from _queues()
        yield from _attempts()
        yield from _gradings()
        yield from _workers()
        yield from _storage()


def _gauge(name: str, text: str, labels: Iterable[str] = ()) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"noyau_{name}", text, labels=list(labels))


def _known(queue: str) -> str:
    """Return a queue as a label: those that an operator made up are one."""
    return queue if queue in QUEUES else "other"


def _queues() -> Iterator[Metric]:
    labels = ("queue", "kind")
    waiting = _gauge("queue_waiting", "Work that may start now.", labels)
    held = _gauge("queue_held_back", "Work that waits out a failure of ours.", labels)
    running = _gauge("queue_running", "Work that a worker has taken.", labels)
    oldest = _gauge("queue_oldest_seconds", "How long the first has waited.", labels)
    # What has emptied is told as 0: a line that is missing would keep its last value.
    named = {(queue, kind): [0.0] * 4 for queue in sorted(QUEUES) for kind in NAMED}
    for depth in queue_depths():
        since = depth.oldest.total_seconds() if depth.oldest else 0.0
        sums = named.setdefault((_known(depth.queue), depth.kind), [0.0] * 4)
        told = (depth.waiting, depth.held_back, depth.running)
        sums[:] = [*map(sum, zip(sums, told, strict=False)), max(sums[3], since)]
    for labelled, values in named.items():
        for family, value in zip((waiting, held, running, oldest), values, strict=True):
            family.add_metric(labelled, value)
    yield from (waiting, held, running, oldest)


def _attempts() -> Iterator[Metric]:
    family = _gauge("attempts", "Attempts of all times.", ["state"])
    counts = Attempt.objects.order_by().values_list("state").annotate(count=Count("pk"))
    known = dict(counts)
    for state in State.values:
        family.add_metric([state], known.get(state, 0))
    yield family


def _gradings() -> Iterator[Metric]:
    """Yield what ended in the last hour: how often and how, and how long it took."""
    ended = _gauge("ended_last_hour", "Work that ended in the last hour.", ["kind", "state"])
    seconds = GaugeHistogramMetricFamily(
        "noyau_grading_seconds_last_hour",
        "Seconds from being taken to the report, of what ended in the last hour.",
        labels=["kind"],
    )
    since = timezone.now() - HOUR
    for name, kind in NAMED.items():
        # Work is found by the index on when it began, of which a day is far enough.
        rows = rows_of(kind).filter(queue__in=("", *QUEUES), started_at__gte=since - LONGEST)
        rows = rows.filter(finished_at__gte=since, state__in=ENDED)
        times = rows.values_list("state", "started_at", "finished_at")[:MOST_ENDED]
        states: Counter[str] = Counter()
        lengths = []
        for state, started_at, finished_at in times:
            states[state] += 1
            if state == State.GRADED and started_at and finished_at:
                lengths.append((finished_at - started_at).total_seconds())
        for state in ENDED:
            ended.add_metric([name, state], states[state])
        seconds.add_metric([name], _buckets(lengths), gsum_value=sum(lengths))
    yield from (ended, seconds)


def _buckets(lengths: list[float]) -> list[tuple[str, float]]:
    counts = Counter(bisect_left(BUCKETS, length) for length in lengths)
    below, found = 0, []
    for index, end in enumerate((*map(str, BUCKETS), "+Inf")):
        below += counts[index]
        found.append((end, float(below)))
    return found


def _workers() -> Iterator[Metric]:
    alive = [worker for worker in workers() if worker.is_alive]
    family = _gauge("workers", "Workers that live, by the queues that they serve.", ["queue"])
    served = Counter(_known(queue) for worker in alive for queue in worker.queues)
    for queue in sorted(QUEUES | set(served)):
        family.add_metric([queue], served[queue])
    yield family
    for name, text, values in (
        ("worker_slots", "Gradings that the workers do at once.", [one.slots for one in alive]),
        ("worker_slots_busy", "Gradings that they do now.", [one.busy for one in alive]),
        ("rooms_waiting", "Pairs of rooms that are ready.", [one.warm for one in alive]),
        ("gpu_shares", "Shares of the workers' GPUs.", [one.shares for one in alive]),
        ("gpu_shares_held", "Those that are held.", [one.held for one in alive]),
    ):
        yield GaugeMetricFamily(f"noyau_{name}", text, value=sum(values))


def _storage() -> Iterator[Metric]:
    kept = storage()
    for name, text, value in (
        ("blobs", "Files of what was handed in and what runs have left.", kept.blob_count),
        ("blobs_bytes", "Their size.", kept.blobs),
        ("versions_bytes", "Size of the unpacked versions of exercises.", kept.versions),
        ("database_bytes", "Size of the database.", kept.database),
        ("disk_free_bytes", "What is free of the disk that holds all of it.", kept.free),
        ("disk_bytes", "The size of that disk.", kept.total),
    ):
        yield GaugeMetricFamily(f"noyau_{name}", text, value=value)
