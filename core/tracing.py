"""Traces for OpenTelemetry, where an address for them is set: how long what took, and never whose.

A span is named by the shape of an address (`GET /s/{token}`) or by a job; it holds counts and a status. No address as
it was called, no query, header, id or word, and of an error its kind alone.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from core.errors import Misconfigured
from core.settings import settings

_tracer: Any = None


def start(process: str) -> None:
    """From here on this process tells what it does; nothing happens where no address is set."""
    global _tracer  # noqa: PLW0603 - one a process, as the libraries have it
    if not settings().otlp_url:
        return
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as missing:
        raise Misconfigured("TOUCHSTONE_OTLP_URL needs the extra: pip install 'touchstone[traces]'") from missing
    provider = TracerProvider(resource=Resource({"service.name": f"touchstone-{process}"}))
    exporter = OTLPSpanExporter(endpoint=f"{settings().otlp_url.rstrip('/')}/v1/traces")
    provider.add_span_processor(BatchSpanProcessor(exporter))
    _tracer = provider.get_tracer("touchstone")


def started() -> bool:
    return _tracer is not None


@contextmanager
def span(name: str, **counts: int | str) -> Iterator[Any]:
    """The span, or None where nobody listens."""
    if _tracer is None:
        yield None
        return
    from opentelemetry.trace import Status, StatusCode

    quiet = {"record_exception": False, "set_status_on_exception": False}
    with _tracer.start_as_current_span(name, attributes=counts, **quiet) as one:
        try:
            yield one
        except Exception as error:
            one.set_status(Status(StatusCode.ERROR, type(error).__name__))
            raise
