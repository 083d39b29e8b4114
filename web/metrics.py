"""What a Prometheus server reads: counts, ages and sizes. No label holds a word, a name or an address."""

from collections import Counter
from ipaddress import ip_address

from litestar import Response, Router, get
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.process_collector import ProcessCollector

from core.auth.models import Role
from core.clock import now
from core.db import Database
from core.errors import NotFound
from core.requests import AnyRequest, Read, Somebody, database
from core.tasks import JobWait, waits

answers: Counter[str] = Counter()  # requests this process answered, by class of status
MEDIA = CONTENT_TYPE_LATEST.removesuffix("; charset=utf-8")  # which every text gets on its way out


@get("/metrics", include_in_schema=False)
async def metrics(request: AnyRequest, read: Read, principal: Somebody) -> Response[bytes]:
    """For a machine beside this one, or a program with an administrator's token; for others there is nothing."""
    if not _beside(request) and (principal is None or principal.role is not Role.ADMIN):
        raise NotFound
    registry = CollectorRegistry()
    registry.register(_Snapshot(await waits(read, now()), database(request)))
    ProcessCollector(registry=registry)
    return Response(generate_latest(registry), media_type=MEDIA)


def _beside(request: AnyRequest) -> bool:
    """Through no proxy, from this machine or its own network."""
    if not request.client or "x-forwarded-for" in request.headers or "forwarded" in request.headers:
        return False
    try:
        return ip_address(request.client.host).is_private
    except ValueError:
        return False


class _Snapshot:
    def __init__(self, jobs: list[JobWait], db: Database) -> None:
        self._jobs, self._db = jobs, db

    def collect(self) -> list[Metric]:
        waiting = GaugeMetricFamily("touchstone_tasks_waiting", "Tasks that are due", labels=["job"])
        dead = GaugeMetricFamily("touchstone_tasks_dead", "Tasks that were given up", labels=["job"])
        age = GaugeMetricFamily("touchstone_task_age_seconds", "How long the oldest task is due", labels=["job"])
        for job in self._jobs:
            waiting.add_metric([job.job], job.waiting)
            dead.add_metric([job.job], job.dead)
            age.add_metric([job.job], job.oldest_seconds)
        requests = CounterMetricFamily("touchstone_requests", "Requests of this process", labels=["status"])
        for status, n in sorted(answers.items()):
            requests.add_metric([status], n)
        unstored = sum(one.waiting for one in self._db.recorders.values())
        queue = GaugeMetricFamily("touchstone_answers_waiting", "Answers on their way to the disk", value=unstored)
        return [waiting, dead, age, requests, queue]


metrics_router = Router("/", route_handlers=[metrics], opt={"exclude_from_csrf": True})
