"""The second step: codes of an authenticator (RFC 6238), and recovery codes for when it is lost."""

import secrets

import pyotp
from sqlalchemy import delete, update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from core.audit import service as audit
from core.auth.models import RecoveryCode, User
from core.auth.queries import half_signed_in
from core.auth.rules import CODE_LETTERS, RECOVERY_CODES, matching_step, plain_code
from core.auth.schemas import Enrolment, NewSession
from core.auth.service.sessions import end_other_sessions, let_in, sign_out
from core.clock import now
from core.errors import Conflict, NotSignedIn
from core.ids import keyed_hash
from core.sealing import seal, unseal

PURPOSE, ISSUER = "totp", "Touchstone"
HALF_CODE = 5


async def enrol(session: AsyncSession, user: User) -> Enrolment:
    """The secret to be put into an authenticator; the same one until it is confirmed by a first code."""
    if user.totp_since is not None:
        raise Conflict("The second step is set up already")
    if user.sealed_totp is None:
        user.sealed_totp = seal(PURPOSE, pyotp.random_base32())
        session.add(user)
    secret = unseal(PURPOSE, user.sealed_totp)
    return Enrolment(pyotp.TOTP(secret).provisioning_uri(name=user.email, issuer_name=ISSUER), secret)


async def confirm_enrolment(session: AsyncSession, user: User, code: str) -> list[str]:
    """From now on the second step is asked for. The recovery codes: this is the only time they are seen."""
    if user.totp_since is not None or not await _code_fits(session, user, code):
        raise NotSignedIn("That code is not right")
    user.totp_since = now()
    session.add(user)
    await audit.record(session, user.email, "auth.second_step_on", str(user.id))
    return await new_recovery_codes(session, user)


async def new_recovery_codes(session: AsyncSession, user: User) -> list[str]:
    """Those from before open nothing any more."""
    await session.exec(delete(RecoveryCode).where(col(RecoveryCode.user_id) == user.id))
    codes = [_new_code() for _ in range(RECOVERY_CODES)]
    session.add_all(RecoveryCode(user_id=user.id, code_hash=_hash_of(code)) for code in codes)
    return codes


def _new_code() -> str:
    """49 random bits, which is plenty for ten tries in ten minutes."""
    letters = "".join(secrets.choice(CODE_LETTERS) for _ in range(2 * HALF_CODE))
    return f"{letters[:HALF_CODE]}-{letters[HALF_CODE:]}"


def _hash_of(code: str) -> str:
    return keyed_hash("recovery-code", plain_code(code))


async def second_step(session: AsyncSession, cookie: str, code: str, browser: str = "") -> NewSession:
    """The half session ends and a whole one begins, under a cookie that nobody had before."""
    user = await half_signed_in(session, cookie)
    if user is None:
        raise NotSignedIn("Sign in with the password first")
    if not await _code_fits(session, user, code) and not await _recovered(session, user, code):
        raise NotSignedIn("That code is not right")
    await sign_out(session, cookie)
    return await let_in(session, user, browser)


async def _code_fits(session: AsyncSession, user: User, code: str) -> bool:
    """Each code once: of two that use it at the same moment one finds the step taken."""
    if user.sealed_totp is None:
        return False
    step = matching_step(unseal(PURPOSE, user.sealed_totp), code, now().timestamp(), user.totp_step)
    if step is None:
        return False
    taken = update(User).where(col(User.id) == user.id, col(User.totp_step) < step).values(totp_step=step)
    return bool((await session.exec(taken)).rowcount)


async def _recovered(session: AsyncSession, user: User, code: str) -> bool:
    used = delete(RecoveryCode).where(
        col(RecoveryCode.user_id) == user.id, col(RecoveryCode.code_hash) == _hash_of(code)
    )
    if not (await session.exec(used)).rowcount:
        return False
    await audit.record(session, user.email, "auth.recovery_code_used", str(user.id))
    return True


async def turn_off_second_step(session: AsyncSession, user: User, who: str) -> None:
    user.sealed_totp, user.totp_since, user.totp_step = None, None, 0
    session.add(user)
    await session.exec(delete(RecoveryCode).where(col(RecoveryCode.user_id) == user.id))
    await audit.record(session, who, "auth.second_step_off", str(user.id))


async def reset_second_step(session: AsyncSession, user: User, who: str) -> None:
    """By somebody else, when the telephone is lost: whoever found it may be signed in with it, so nobody stays."""
    await turn_off_second_step(session, user, who)
    await end_other_sessions(session, user.id, None)
