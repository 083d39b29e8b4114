"""Writing accounts, their sessions, their second step, and the tokens of programs."""

from core.auth.service.second_step import (
    confirm_enrolment,
    enrol,
    new_recovery_codes,
    reset_second_step,
    second_step,
    turn_off_second_step,
)
from core.auth.service.sessions import (
    change_own_password,
    end_other_sessions,
    end_session,
    sign_in,
    sign_in_by_openid,
    sign_out,
)
from core.auth.service.tokens import add_token, revoke_token
from core.auth.service.users import (
    add_user,
    change_role,
    disable,
    enable,
    invite,
    new_link,
    set_password,
    use_link,
)

__all__ = [
    "add_token",
    "add_user",
    "change_own_password",
    "change_role",
    "confirm_enrolment",
    "disable",
    "enable",
    "end_other_sessions",
    "end_session",
    "enrol",
    "invite",
    "new_link",
    "new_recovery_codes",
    "reset_second_step",
    "revoke_token",
    "second_step",
    "set_password",
    "sign_in",
    "sign_in_by_openid",
    "sign_out",
    "turn_off_second_step",
    "use_link",
]
