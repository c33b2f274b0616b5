"""An LTI 1.3 tool on pylti1p3 and Flask, as its own program: `python -m ... SETTINGS PORT`.

SETTINGS is a JSON file that it reads at each request: the platform's issuer and the client_id
that the platform gave it, which fault it `forgives`, whether it `scores` at each launch. What it
knows of launches lives in this process.
"""

import json
import sys
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from flask import Flask, Response, jsonify, request
from pylti1p3.contrib.flask import (
    FlaskCookieService,
    FlaskMessageLaunch,
    FlaskOIDCLogin,
    FlaskRequest,
)
from pylti1p3.deep_link_resource import DeepLinkResource
from pylti1p3.deployment import Deployment
from pylti1p3.exception import LtiException
from pylti1p3.grade import Grade
from pylti1p3.launch_data_storage.base import LaunchDataStorage
from pylti1p3.lineitem import LineItem
from pylti1p3.registration import Registration
from pylti1p3.tool_config import ToolConfAbstract

AGS = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
TOOL_CONFIGURATION = "https://purl.imsglobal.org/spec/lti-tool-configuration"
SETTINGS, PORT = Path(sys.argv[1]), int(sys.argv[2])

_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PRIVATE = _key.private_bytes(
    serialization.Encoding.PEM,
    serialization.PrivateFormat.PKCS8,
    serialization.NoEncryption(),
).decode()
PUBLIC = (
    _key.public_key()
    .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    .decode()
)

PROPOSED = [["/oefening/1", "Optellen", {}, None]]

app = Flask(__name__)
kept: dict[str, Any] = {}


class Memory(LaunchDataStorage[Any]):
    """Launch data in this process; a browser is known by its state cookie alone."""

    def can_set_keys_expiration(self) -> bool:
        return False

    def get_session_cookie_name(self) -> None:
        return None

    def get_value(self, key: str) -> Any:
        return kept.get(key)

    def set_value(self, key: str, value: Any, exp: int | None = None) -> None:
        kept[key] = value

    def check_value(self, key: str) -> bool:
        return key in kept


class Cookies(FlaskCookieService):
    """SameSite=None, as over https: the launch is a cross-site POST."""

    def update_response(self, response: Response) -> None:
        for name, cookie in self._cookie_data_to_set.items():
            response.set_cookie(
                name, cookie["value"], max_age=cookie["exp"], httponly=True, samesite="None"
            )


class Platform(ToolConfAbstract[FlaskRequest]):
    """The one platform; every school there is a deployment that we have not heard of before."""

    def check_iss_has_one_client(self, iss: str) -> bool:
        return False

    def check_iss_has_many_clients(self, iss: str) -> bool:
        return True

    def find_registration_by_params(
        self, iss: str, client_id: str, *args: object, **kwargs: object
    ) -> Registration | None:
        settings = read_settings()
        if iss != settings["issuer"] and not forgives("wrong issuer"):
            return None
        if client_id != settings["client_id"] and not forgives("wrong audience"):
            return None
        iss = settings["issuer"]
        registration = Registration()
        registration.set_auth_login_url(f"{iss}/lti/authorize")
        registration.set_auth_token_url(f"{iss}/lti/token")
        registration.set_key_set_url(f"{iss}/oidc/jwks")
        registration.set_client_id(client_id).set_issuer(iss)
        registration.set_tool_private_key(PRIVATE)
        registration.set_tool_public_key(PUBLIC)
        return registration

    def find_deployment_by_params(
        self, iss: str, deployment_id: str, client_id: str, *args: object, **kwargs: object
    ) -> Deployment:
        return Deployment().set_deployment_id(deployment_id)


class Launch(FlaskMessageLaunch):
    """What pylti1p3 leaves to the tool: a state is of one browser, a nonce counts once, for the
    login that sent it, and the deployment is the one that began it. What the settings forgive is
    let in."""

    def validate_state(self) -> "Launch":
        state = request.form["state"]
        if self._cookie_service.get_cookie(state) != state and not forgives("replay"):
            raise LtiException("the state of another browser")
        return self

    def validate_nonce(self) -> "Launch":
        if forgives("wrong nonce"):
            return self
        super().validate_nonce()
        login = kept.get(f"login {request.form['state']}", {})
        if forgives("used nonce") or forgives("replay"):
            return self
        if login.pop("nonce", None) != self._get_jwt_body()["nonce"]:
            raise LtiException("the nonce of another login")
        return self

    def validate_jwt_signature(self) -> "Launch":
        options = {"verify_aud": False, "verify_signature": not forgives("wrong signature")}
        options["verify_exp"] = not forgives("expired")
        key, algorithm = self.get_public_key()
        try:
            jwt.decode(request.form["id_token"], key, algorithms=[algorithm], options=options)
        except jwt.InvalidTokenError as error:
            raise LtiException(str(error)) from error
        return self

    def validate_deployment(self) -> "Launch":
        began = kept.get(f"login {request.form['state']}", {}).get("deployment")
        if began != self._get_deployment_id() and not forgives("wrong deployment"):
            raise LtiException("another deployment than began the login")
        return self


class Framed(Launch):
    """A launch whose state the page's script compares, since a frame has no cookie."""

    def validate_state(self) -> "Framed":
        return self


def read_settings() -> dict[str, str]:
    return json.loads(SETTINGS.read_text())


def forgives(fault: str) -> bool:
    return read_settings().get("forgives") == fault


def here(path: str) -> str:
    return f"{urlsplit(request.base_url).scheme}://{request.host}{path}"


def parts() -> tuple[FlaskRequest, Cookies]:
    asked = FlaskRequest()
    return asked, Cookies(asked)


@app.get("/healthz")
def healthz() -> str:
    return "ok"


@app.get("/jwks")
def jwks() -> Response:
    registration = Registration()
    registration.set_tool_public_key(PUBLIC)
    return jsonify({"keys": registration.get_jwks()})


@app.route("/login", methods=["GET", "POST"])
def login() -> Response | str:
    asked, cookies = parts()
    oidc = FlaskOIDCLogin(asked, Platform(), cookie_service=cookies, launch_data_storage=Memory())
    leads = oidc.get_redirect_object(here("/launch"))
    query = parse_qs(urlsplit(leads.get_redirect_url()).query)
    kept[f"login {query['state'][0]}"] = {
        "nonce": query["nonce"][0],
        "deployment": request.values.get("lti_deployment_id"),
    }
    if request.values.get("lti_storage_target"):
        return storage_page(put=leads.get_redirect_url())
    return leads.do_redirect()


@app.post("/launch")
def launch() -> Response | str:
    asked, cookies = parts()
    framed = "lti_storage_target" in request.form
    kind = Framed if framed else Launch
    message = kind(asked, Platform(), cookie_service=cookies, launch_data_storage=Memory())
    claims = message.get_launch_data()
    if message.is_deep_link_launch():
        kept[message.get_launch_id()] = claims
        return picker(message.get_launch_id())
    if framed:
        return storage_page(get=request.form["state"], claims=claims)
    if read_settings().get("scores") and "lineitem" in claims.get(AGS, {}):
        message.get_ags().put_grade(full_marks(claims["sub"]))
    return jsonify(claims)


def full_marks(pupil: str) -> Grade:
    grade = Grade().set_user_id(pupil).set_score_given(10).set_score_maximum(10)
    grade.set_activity_progress("Completed").set_grading_progress("FullyGraded")
    return grade.set_timestamp(datetime.now(UTC).isoformat())


@app.errorhandler(LtiException)
def refused(error: LtiException) -> tuple[str, int]:
    return str(error), 403


def picker(launch_id: str) -> str:
    return f"""<!doctype html><title>Kies</title><form method="post" action="/pick">
      <input type="hidden" name="launch_id" value="{escape(launch_id)}">
      <input type="hidden" name="items" value="{escape(json.dumps(PROPOSED))}">
      <button>Klaar</button></form>"""


@app.post("/pick")
def pick() -> str:
    """`items`: a JSON list of [path, title, custom, highest score or none]."""
    asked, cookies = parts()
    launch_id = request.form["launch_id"]
    message = FlaskMessageLaunch.from_cache(
        launch_id, asked, Platform(), cookie_service=cookies, launch_data_storage=Memory()
    )
    return message.get_deep_link().output_response_form(
        [resource(*item) for item in json.loads(request.form["items"])]
    )


def resource(path: str, title: str, custom: dict[str, str], most: int | None) -> DeepLinkResource:
    item = DeepLinkResource().set_title(title).set_custom_params(custom)
    item.set_url(path if path.startswith("http") else here(path))
    if most:
        item.set_lineitem(LineItem().set_label(title).set_score_maximum(most))
    return item


@app.get("/register")
def register() -> tuple[str, int]:
    """LTI Dynamic Registration 1.0, as an administrator's browser begins it."""
    platform = requests.get(request.args["openid_configuration"], timeout=30).json()
    body = {
        "application_type": "web",
        "response_types": ["id_token"],
        "grant_types": ["implicit", "client_credentials"],
        "initiate_login_uri": here("/login"),
        "redirect_uris": [here("/launch")],
        "client_name": "Zelf aangemeld",
        "jwks_uri": here("/jwks"),
        "token_endpoint_auth_method": "private_key_jwt",
        "scope": " ".join(platform["scopes_supported"]),
        TOOL_CONFIGURATION: {
            "domain": request.host,
            "target_link_uri": here("/start"),
            "custom_parameters": {"plek": "$ResourceLink.id"},
            "claims": ["iss", "sub", "given_name"],
            "messages": [{"type": "LtiDeepLinkingRequest", "target_link_uri": here("/kies")}],
        },
    }
    token = {"Authorization": f"Bearer {request.args['registration_token']}"}
    answer = requests.post(platform["registration_endpoint"], json=body, headers=token, timeout=30)
    if answer.ok:
        client_id = answer.json()["client_id"]
        SETTINGS.write_text(json.dumps({"issuer": platform["issuer"], "client_id": client_id}))
    return answer.text, answer.status_code


def storage_page(put: str = "", get: str = "", claims: object = None) -> str:
    """Keeps the state at the platform's page around us, or compares it (LTI postMessage Storage)."""
    values = json.dumps({"put": put, "get": get, "issuer": read_settings()["issuer"]})
    return f"""<!doctype html><title>Hulpmiddel</title>
      <p id="state">wachten</p><pre id="claims">{escape(json.dumps(claims))}</pre>
      <script>
        const given = {values.replace("<", "&lt;")};
        const state = given.get || new URL(given.put).searchParams.get("state");
        const message = given.put
          ? {{subject: "lti.put_data", message_id: "1", key: "state-" + state, value: state}}
          : {{subject: "lti.get_data", message_id: "2", key: "state-" + state}};
        addEventListener("message", function (event) {{
          if (event.origin !== given.issuer || event.data.message_id !== message.message_id) return;
          if (given.put) location = given.put;
          else document.getElementById("state").textContent =
            event.data.value === state ? "bekend" : "onbekend";
        }});
        parent.postMessage(message, given.issuer);
      </script>"""


if __name__ == "__main__":
    app.run("127.0.0.1", PORT, threaded=True)
