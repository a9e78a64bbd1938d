import pytest
from flask import Flask, Response

from dashboard.activity.records import NewSession, Session
from dashboard.settings import Settings
from dashboard.web.sign_in.cookie import drop, keep
from tests.support.activity import NOW

STARTED = NewSession("token", Session(1, 1, NOW, NOW, NOW, "", "", None))


@pytest.mark.parametrize(
    ("is_secure", "cookie"),
    [
        (True, "__Host-repertoire-session=token; Expires=Fri, 27 Nov 2026 09:30:00 GMT; Secure; HttpOnly; Path=/; "),
        (False, "repertoire-session=token; Expires=Fri, 27 Nov 2026 09:30:00 GMT; HttpOnly; Path=/; "),
    ],
)
def test_over_https_the_cookie_is_of_this_host_alone(is_secure: bool, cookie: str) -> None:
    settings = Settings(sign_in="local", secure_cookie=is_secure, url_prefix="/repertoire/")
    with Flask("test").test_request_context():
        assert keep(Response(), STARTED, settings).headers["Set-Cookie"] == f"{cookie}SameSite=Lax"
        dropped = drop(Response(), settings).headers["Set-Cookie"]
    assert dropped.startswith(f"{cookie.partition('=')[0]}=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; ")
    assert ("Secure" in dropped) == is_secure
