"""What is sent, where it may go, and when it is tried again."""

import json
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urlsplit

from core.i18n import gettext as _

EVENTS = ("response.finished", "feedback.received", "moment.found", "improvement.done")
TEST = "webhook.test"  # sent when an administrator asks for it, to whatever an endpoint listens
# The pauses that Standard Webhooks proposes: nine tries more over about three days.
PAUSES = [
    timedelta(seconds=5),
    *(timedelta(minutes=m) for m in (5, 30)),
    *(timedelta(hours=h) for h in (2, 5, 10, 14, 20, 24)),
]
_NAT64 = int(IPv6Address("64:ff9b::")) >> 32


def pause_after(attempts: int) -> timedelta | None:
    """How long to wait after so many failed tries; None: given up."""
    return PAUSES[attempts - 1] if attempts <= len(PAUSES) else None


def body(event: str, subject: str, at: datetime) -> str:
    """An event and an id to ask about, with a token that may: nothing that anybody said stands in it."""
    return json.dumps({"type": event, "timestamp": at.isoformat(), "data": {"id": subject}}, separators=(",", ":"))


def is_public(address: str) -> bool:
    """Whether an address lies out on the net: no machine of ours, no metadata service, in whatever disguise."""
    try:
        found: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, IPv6Address):
        inside = found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else None)
        if int(found) >> 32 == _NAT64:
            inside = IPv4Address(int(found) & 0xFFFFFFFF)
        if inside is not None:
            return is_public(str(inside))
    return found.is_global and not found.is_multicast


def wrong_with(url: str) -> str:
    """Why an address cannot be that of an endpoint; "" when it can. Where its name leads is looked at when sending."""
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname:
        return _("The address has to begin with https://")
    if parts.username or parts.password:
        return _("The address may hold no user and password")
    try:
        ip_address(parts.hostname)
    except ValueError:
        return (
            "" if "." in parts.hostname and not parts.hostname.replace(".", "").isdecimal() else _("Give a full name")
        )
    return "" if is_public(parts.hostname) else _("This address is not on the public net")
