"""The chain: what an entry's digest covers."""

import hashlib
import json
from datetime import UTC, datetime

BEGIN = "0" * 64


def digest(number: int, at: datetime, who: str, what: str, about: str, previous: str) -> str:
    """SHA-256 over the entry's fields, written so that no two different entries read the same."""
    fields = [number, at.astimezone(UTC).isoformat(), who, what, about, previous]
    return hashlib.sha256(json.dumps(fields, ensure_ascii=True).encode()).hexdigest()
