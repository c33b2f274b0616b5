"""The gateway as pylti1p3 knows it: one platform, whose schools are its deployments."""

from collections.abc import Mapping
from typing import Any, cast

from pylti1p3.contrib.flask.launch_data_storage.cache import FlaskCacheDataStorage
from pylti1p3.contrib.flask.message_launch import FlaskMessageLaunch
from pylti1p3.contrib.flask.oidc_login import FlaskOIDCLogin
from pylti1p3.contrib.flask.request import FlaskRequest
from pylti1p3.deployment import Deployment
from pylti1p3.tool_config.dict import ToolConfDict
from werkzeug import Response

from demo.keys import KeyPair
from demo.memory import Memory


class _Configuration(ToolConfDict):
    def find_deployment(self, _iss: str, deployment_id: str) -> Deployment:
        """Every school is welcome, also one that we have not heard of before."""
        return Deployment().set_deployment_id(deployment_id)


class Platform:
    def __init__(self, issuer: str, client_id: str, pair: KeyPair) -> None:
        self._launches = FlaskCacheDataStorage(Memory[Any]())
        self._configuration = _Configuration(
            {
                issuer: {
                    "client_id": client_id,
                    "auth_login_url": f"{issuer}/lti/authorize",
                    "auth_token_url": f"{issuer}/lti/token",
                    "key_set_url": f"{issuer}/oidc/jwks",
                    "deployment_ids": [],
                }
            }
        )
        self._configuration.set_private_key(issuer, pair.key)
        self._configuration.set_public_key(issuer, pair.certificate)
        self._issuer = issuer

    def our_keys(self) -> Mapping[str, object]:
        """The tool's public keys, for the platform (RFC 7517)."""
        keys: Mapping[str, object] = self._configuration.get_jwks(self._issuer)
        return keys

    def begin_login(self, launch_address: str) -> Response:
        """Ask the platform who comes (LTI Security §5.1.1.2). Raises OIDCException."""
        login = FlaskOIDCLogin(
            FlaskRequest(), self._configuration, launch_data_storage=self._launches
        )
        answer: Response = login.redirect(launch_address)
        return answer

    def launched(self) -> FlaskMessageLaunch:
        """The launch that this request posts, checked. Raises LtiException."""
        launch = FlaskMessageLaunch(
            FlaskRequest(), self._configuration, launch_data_storage=self._launches
        )
        launch.validate()
        return launch

    def restored(self, launch_id: str) -> FlaskMessageLaunch:
        """An earlier launch. Raises LtiException."""
        launch = FlaskMessageLaunch.from_cache(
            launch_id, FlaskRequest(), self._configuration, launch_data_storage=self._launches
        )
        return cast("FlaskMessageLaunch", launch)


def claims_of(launch: FlaskMessageLaunch) -> Mapping[str, Any]:
    """The claims of a launch that was checked."""
    return cast("Mapping[str, Any]", launch.get_launch_data())
