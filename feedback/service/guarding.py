"""Proof of work, by ALTCHA: a challenge is signed, works for an hour, and is paid by work or by waiting, once."""

import base64
import binascii
import json
from dataclasses import dataclass

from altcha.v2 import Challenge, Payload, Solution, create_challenge, verify_solution
from sqlmodel.ext.asyncio.session import AsyncSession

from core.clock import now
from core.db import insert_new
from core.ids import keyed_hash
from feedback.models import SpentProof
from feedback.rules import cost

ALGORITHM = "SHA-256"


@dataclass(frozen=True)
class Asked:
    """What is asked for: `challenge` as it travels, and after how many seconds it counts without work."""

    challenge: str
    seconds: int


def ask(level: int) -> Asked:
    seconds, moment = cost.wait(level), int(now().timestamp())
    made = create_challenge(
        ALGORITHM,
        cost.cost(level),
        expires_at=moment + cost.VALID,
        data={"notBefore": moment + seconds},
        hmac_secret=_secret(),
    )
    return Asked(base64.b64encode(json.dumps(made.to_dict()).encode()).decode(), seconds)


async def paid(session: AsyncSession, proof: str) -> bool:
    """Whether that is a challenge of ours, solved or waited for, and not used before. It is used up with it."""
    found = _read(proof)
    if found is None:
        return False
    looked = verify_solution(found, _secret())
    if looked.expired or looked.invalid_signature or looked.error:
        return False
    parameters = found.challenge.parameters
    waited = now().timestamp() >= (parameters.data or {}).get("notBefore", float("inf"))
    if not (looked.verified or waited):
        return False
    return bool(await insert_new(session, SpentProof, [{"nonce": parameters.nonce, "day": now().date()}]))


def _read(proof: str) -> Payload | None:
    """A challenge, with its solution or alone."""
    try:
        sent = json.loads(base64.b64decode(proof, validate=True))
        solution = Solution.from_dict(sent["solution"]) if "solution" in sent else Solution(0, "")
        return Payload(Challenge.from_dict(sent.get("challenge", sent)), solution)
    except (binascii.Error, UnicodeDecodeError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _secret() -> str:
    return keyed_hash("proof of work", "")
