"""Figures for Prometheus. Under several workers they meet in the folder that PROMETHEUS_MULTIPROC_DIR names.

Imported only where the service runs: the client library reads that variable when it is imported.
"""

import os
from collections.abc import Iterator
from typing import Protocol

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
SECONDS = (0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
GAUGES = ("documents", "people", "passages")


class Described(Protocol):
    """Something that can say what is in service."""

    def describe(self) -> dict[str, object]:
        """Return counts by name."""
        ...


class Metrics:
    """Counts requests and times them, by endpoint and never by what was asked."""

    def __init__(self, finder: Described) -> None:
        self._finder = finder
        self._own = CollectorRegistry()
        self._requests = Counter("finder_requests", "Requests answered.", ("endpoint", "method", "status"), registry=self._own)
        self._seconds = Histogram("finder_request_seconds", "Time taken.", ("endpoint",), registry=self._own, buckets=SECONDS)

    def observe(self, endpoint: str, method: str, status: int, seconds: float) -> None:
        """Count one request."""
        self._requests.labels(endpoint, method, str(status)).inc()
        self._seconds.labels(endpoint).observe(seconds)

    def render(self) -> bytes:
        """Return the figures of all workers in Prometheus' text format."""
        registry = CollectorRegistry()
        if FOLDER in os.environ:
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
            registry.register(_Index(self._finder))
            return generate_latest(registry)
        registry.register(_Index(self._finder))
        return generate_latest(self._own) + generate_latest(registry)


class _Index(Collector):
    """The size of the index, read when it is asked for."""

    def __init__(self, finder: Described) -> None:
        self._finder = finder

    def collect(self) -> Iterator[Metric]:
        described = self._finder.describe()
        for name in GAUGES:
            count = described.get(name)
            if isinstance(count, int):
                yield GaugeMetricFamily(f"finder_index_{name}", f"{name.capitalize()} in the index in service.", value=count)
