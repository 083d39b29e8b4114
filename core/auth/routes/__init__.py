"""Doors of the house: signing in and out, one's own account, and who may come in."""

from litestar import Router

from core.auth.routes import account, door, openid, users

router = Router(
    "/",
    route_handlers=[
        door.sign_in_form,
        door.sign_in,
        door.second_step_form,
        door.second_step,
        door.sign_out,
        door.password_form,
        door.choose_password,
        openid.begin,
        openid.come_back,
        account.account,
        account.change_password,
        account.end_session,
        account.end_other_sessions,
        account.second_step_set_up,
        account.second_step_confirm,
        account.second_step_off,
        account.recovery_codes,
        users.users,
        users.add,
        users.user,
        users.change,
        users.disable,
        users.enable,
        users.link,
        users.second_step_off,
        users.add_token,
        users.revoke_token,
    ],
    include_in_schema=False,
)
