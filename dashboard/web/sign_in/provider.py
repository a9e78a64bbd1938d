"""Sign-in at a provider by OpenID Connect: discovery, code flow with PKCE, state and nonce, through Authlib."""

import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.flask_client import OAuth
from flask import Flask, current_app
from joserfc.errors import JoseError
from requests import RequestException

from dashboard.access.accounts import Vouched
from dashboard.access.mapping import RoleMapping, read_mapping
from dashboard.settings import Settings

_EXTENSION = "repertoire_provider"
DISCOVERY = "/.well-known/openid-configuration"
SCOPE = "openid email profile"
SECONDS = 10  # that a request to the provider may take
LEEWAY_SECONDS = 60  # that its clock may differ
# Signed with a key that the provider alone has. With any other kind whoever knows our secret, or nobody's, could sign.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")


class NotBelieved(Exception):
    """What came back is not what a provider says to us about a sign-in that this browser began."""


class ProviderGone(Exception):
    """The provider does not answer, or not as one."""


class Provider:
    """The provider that the settings name. Each process asks it for its addresses at the first sign-in."""

    def __init__(self, server: Flask, settings: Settings, mapping: RoleMapping | None) -> None:
        self._issuer = settings.oidc_issuer.rstrip("/")
        self._client_id = settings.oidc_client_id
        self._trusts_emails = settings.oidc_trust_email
        self._mapping = mapping
        self._client = OAuth(server).register(
            "provider",
            client_id=settings.oidc_client_id,
            client_secret=settings.oidc_client_secret,
            server_metadata_url=self._issuer + DISCOVERY,
            client_kwargs={"scope": SCOPE, "code_challenge_method": "S256", "default_timeout": SECONDS},
        )

    def begin(self, answer_at: str) -> str:
        """Return the address of the provider's sign-in, and keep in the browser what its answer has to fit.

        Raises ProviderGone.
        """
        self._metadata()
        answer = self._client.authorize_redirect(answer_at, nonce=secrets.token_urlsafe(32))
        return str(answer.location)

    def finish(self) -> Vouched:
        """Return whom the current request, the provider's answer, names. Raises NotBelieved, ProviderGone."""
        self._metadata()
        rules = {
            "iss": {"essential": True, "values": [self._issuer, f"{self._issuer}/"]},
            "aud": {"essential": True, "values": [self._client_id]},
            "nonce": {"essential": True},
        }
        try:
            token = self._client.authorize_access_token(claims_options=rules, leeway=LEEWAY_SECONDS)
        except RequestException as error:
            raise ProviderGone from error
        except (AuthlibBaseError, JoseError, ValueError, KeyError) as error:
            raise NotBelieved from error
        claims = token.get("userinfo") if "id_token" in token else None
        if not claims:
            raise NotBelieved
        return self._vouched(claims)

    def sign_out_address(self, back_to: str) -> str:
        """Return where to sign out at the provider too; empty where it has no such address or does not answer."""
        try:
            metadata = self._metadata()
        except ProviderGone:
            return ""
        if not metadata.get("end_session_endpoint"):
            return ""
        made = self._client.create_logout_url(post_logout_redirect_uri=back_to, client_id=self._client_id)
        return str(made["url"])

    def _metadata(self) -> Mapping[str, Any]:
        """Return what the provider says of itself, if it is the one that was asked for."""
        try:
            metadata: dict[str, Any] = self._client.load_server_metadata()
        except (RequestException, ValueError) as error:
            raise ProviderGone from error
        if str(metadata.get("issuer", "")).rstrip("/") != self._issuer:
            raise ProviderGone
        offered = metadata.get("id_token_signing_alg_values_supported", ["RS256"])
        believed = [each for each in offered if each in ALGORITHMS]
        if not believed:
            raise ProviderGone
        metadata["id_token_signing_alg_values_supported"] = believed
        return metadata

    def _vouched(self, claims: Mapping[str, Any]) -> Vouched:
        mapping = self._mapping
        email = claims.get("email") or claims.get("preferred_username") or ""
        return Vouched(
            issuer=self._issuer,
            subject=str(claims["sub"]),
            email=str(email) if "@" in str(email) else "",
            name=str(claims.get("name", "")),
            is_verified=claims.get("email_verified", self._trusts_emails) is True and email == claims.get("email"),
            groups=mapping.groups_in(claims) if mapping else (),
            roles=mapping.roles_in(claims) if mapping else None,
            rep_names=mapping.reps_in(claims) if mapping else None,
            sees_all=mapping.sees_all(claims) if mapping else None,
        )


def add_provider(server: Flask, settings: Settings) -> None:
    """Make the provider of the settings. Raises SettingsError for a mapping that cannot be read."""
    mapping = read_mapping(Path(settings.oidc_mapping)) if settings.oidc_mapping else None
    server.extensions[_EXTENSION] = Provider(server, settings, mapping)


def provider() -> Provider:
    """Return the current app's provider."""
    found = current_app.extensions[_EXTENSION]
    if not isinstance(found, Provider):
        raise TypeError(f"extensions[{_EXTENSION!r}] is {type(found).__name__}, not Provider")
    return found
