"""Who may use which address: the whole table. An address without a row fails the test.

EVERYONE: pages for whoever comes, also those that begin a login or have nothing to do without one.
PROTOCOL: for programs and browsers that bring a proof of their own (signature, code, client secret,
bearer token of the protocol, a flow of this browser; at the test school the flow first, then who is
at the console: tests/attacks). PEOPLE: who is signed in at a school, each with his own. The others
are named.
"""

from enum import StrEnum


class Role(StrEnum):
    STRANGER = "stranger"
    PUPIL = "pupil"
    TEACHER = "teacher"
    ADMINISTRATOR = "administrator"
    DEVELOPER = "developer"
    OWNER = "owner"
    RIVAL = "owner of another supplier"
    OPERATOR = "operator"


PEOPLE = frozenset({Role.PUPIL, Role.TEACHER, Role.ADMINISTRATOR})
TEACHERS = frozenset({Role.TEACHER, Role.ADMINISTRATOR})
ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})
STAFF = frozenset({Role.DEVELOPER, Role.OWNER, Role.RIVAL, Role.OPERATOR})
SUPPLIERS = frozenset({Role.DEVELOPER, Role.OWNER, Role.RIVAL})
OWN_SUPPLIER = frozenset({Role.DEVELOPER, Role.OWNER})
OWNERS = frozenset({Role.OWNER, Role.RIVAL})
OPERATORS = frozenset({Role.OPERATOR})
TOKEN: frozenset[Role] = frozenset()
"""With a token of the API alone: no cookie opens it."""

EVERYONE = """
GET /
GET /.well-known/openid-configuration
GET /api/v1/openapi.json
GET /api/v1/problems/<code>
GET /d
GET /d/<code>
GET /d/<code>/nearest
GET /healthz
GET /invitation/<token>
POST /invitation/<token>
GET /logout
GET /logout/done
GET /logout/post/<name>
GET /logout/status/<farewell>
POST /logout
POST /favourite
POST /forget
GET /metrics
GET /not-let-in
GET /oidc/jwks
GET /open/<fragment_id>
GET /open/service/<service_id>
GET /readyz
GET /saml/mdq/entities/<path:entity_id>
GET /saml/metadata
GET /school
GET /school/announce
POST /school/forget
GET /school/saml/metadata
GET /sign-in
GET /logo/<service_id>
GET /reports/<report_id>
GET /staff
POST /staff
POST /staff/leave
GET /static/<path:filename>
"""

PROTOCOL = """
GET /flow/<flow_id>
POST /flow/<flow_id>/go-on
GET /lti/authorize
POST /lti/authorize
GET /lti/contexts/<context>/lineitems
POST /lti/contexts/<context>/lineitems
GET /lti/contexts/<context>/lineitems/<item>
PUT /lti/contexts/<context>/lineitems/<item>
DELETE /lti/contexts/<context>/lineitems/<item>
GET /lti/contexts/<context>/lineitems/<item>/results
POST /lti/contexts/<context>/lineitems/<item>/scores
GET /lti/contexts/<context>/memberships
POST /lti/deep-link
GET /lti/frame
GET /lti/openid-configuration
GET /lti/pick
POST /lti/register
POST /lti/token
GET /oidc/authorize
POST /oidc/authorize
POST /oidc/introspect
GET /oidc/logout
POST /oidc/logout
POST /oidc/par
POST /oidc/register
GET /oidc/register/<client_id>
PUT /oidc/register/<client_id>
DELETE /oidc/register/<client_id>
POST /oidc/revoke
POST /oidc/token
GET /test-school
POST /test-school
POST /test-school/back
GET /oidc/userinfo
POST /oidc/userinfo
GET /saml/slo
POST /saml/slo
GET /saml/sso
POST /saml/sso
GET /school/oidc/callback
POST /school/oidc/logout
POST /school/saml/acs
GET /school/saml/slo
POST /school/saml/slo
"""

RESTRICTED = {
    "GET /me": PEOPLE,
    "POST /me/forget": PEOPLE,
    "GET /shared/<service_id>": PEOPLE,
    "GET /links": TEACHERS,
    "GET /links/<code>": TEACHERS,
    "GET /links/<code>/edit": TEACHERS,
    "POST /links/<code>/edit": TEACHERS,
    "GET /links/<code>/print": TEACHERS,
    "GET /links/<code>/qr.svg": TEACHERS,
    "POST /links/<code>/resume": TEACHERS,
    "GET /links/<code>/show": TEACHERS,
    "POST /links/<code>/stop": TEACHERS,
    "GET /links/new": TEACHERS,
    "POST /links/new": TEACHERS,
    "GET /materials": TEACHERS,
    "GET /materials/<material_id>": TEACHERS,
    "GET /materials/<material_id>/<fragment_id>": TEACHERS,
    "GET /materials/picked": TEACHERS,
    "GET /share": TEACHERS,
    "GET /school-console": ADMINISTRATORS,
    "GET /school-console/administrators": ADMINISTRATORS,
    "POST /school-console/administrators": ADMINISTRATORS,
    "POST /school-console/administrators/dismiss": ADMINISTRATORS,
    "POST /school-console/administrators/entitlement": ADMINISTRATORS,
    "GET /school-console/connection": ADMINISTRATORS,
    "POST /school-console/connection": ADMINISTRATORS,
    "GET /school-console/links": ADMINISTRATORS,
    "POST /school-console/links": ADMINISTRATORS,
    "POST /school-console/links/takeover": ADMINISTRATORS,
    "GET /school-console/licences": ADMINISTRATORS,
    "POST /school-console/licences": ADMINISTRATORS,
    "GET /school-console/overview": ADMINISTRATORS,
    "GET /school-console/overview.csv": ADMINISTRATORS,
    "GET /school-console/services/<service_id>": ADMINISTRATORS,
    "POST /school-console/services/<service_id>": ADMINISTRATORS,
    "GET /staff/keys": STAFF,
    "POST /staff/keys": STAFF,
    "POST /staff/keys/remove": STAFF,
    "GET /supplier": SUPPLIERS,
    "GET /supplier/services/<service_id>": OWN_SUPPLIER,
    "GET /supplier/services/<service_id>/about": OWN_SUPPLIER,
    "GET /supplier/services/<service_id>/asks": OWN_SUPPLIER,
    "GET /supplier/services/<service_id>/check": OWN_SUPPLIER,
    "GET /supplier/services/<service_id>/check/<report_id>": OWN_SUPPLIER,
    "GET /supplier/services/<service_id>/connection": OWN_SUPPLIER,
    "GET /supplier/services/<service_id>/sent": OWN_SUPPLIER,
    "GET /supplier/services/<service_id>/setup": OWN_SUPPLIER,
    "GET /supplier/services/<service_id>/setup/file": OWN_SUPPLIER,
    "POST /supplier/services/<service_id>/about": OWN_SUPPLIER,
    "POST /supplier/services/<service_id>/asks": OWN_SUPPLIER,
    "POST /supplier/services/<service_id>/check": OWN_SUPPLIER,
    "POST /supplier/services/<service_id>/metadata": OWN_SUPPLIER,
    "POST /supplier/services/<service_id>/secret": OWN_SUPPLIER,
    "POST /supplier/services/<service_id>/settings": OWN_SUPPLIER,
    "POST /supplier/services/<service_id>/submit": OWN_SUPPLIER,
    "GET /supplier/new": SUPPLIERS,
    "GET /supplier/people": SUPPLIERS,
    "POST /supplier/new/lti": SUPPLIERS,
    "POST /supplier/new/oidc": SUPPLIERS,
    "POST /supplier/new/saml": SUPPLIERS,
    "POST /supplier/people/invite": OWNERS,
    "POST /supplier/people/withdraw": OWNERS,
    "POST /supplier/services/<service_id>/metadata/again": OWN_SUPPLIER,
    "POST /supplier/tokens": SUPPLIERS,
    "POST /supplier/tokens/revoke": SUPPLIERS,
    "GET /api/v1/links": TOKEN,
    "GET /api/v1/licences": TOKEN,
    "PUT /api/v1/licences": TOKEN,
    "GET /api/v1/warnings": TOKEN,
    "PATCH /api/v1/links/<code>": TOKEN,
    "POST /api/v1/links/takeover": TOKEN,
    "GET /operator": OPERATORS,
    "GET /operator/feeds": OPERATORS,
    "POST /operator/feeds": OPERATORS,
    "GET /operator/feeds/<feed_id>": OPERATORS,
    "POST /operator/feeds/<feed_id>/fetch": OPERATORS,
    "POST /operator/feeds/<feed_id>/readmit": OPERATORS,
    "POST /operator/feeds/<feed_id>/refresh": OPERATORS,
    "POST /operator/feeds/<feed_id>/stop": OPERATORS,
    "GET /operator/keys": OPERATORS,
    "GET /operator/people": OPERATORS,
    "POST /operator/people": OPERATORS,
    "POST /operator/people/withdraw": OPERATORS,
    "GET /operator/record": OPERATORS,
    "GET /operator/record.jsonl": OPERATORS,
    "GET /operator/record/verify": OPERATORS,
    "GET /operator/services": OPERATORS,
    "GET /operator/services/<service_id>": OPERATORS,
    "POST /operator/services/<service_id>/approve": OPERATORS,
    "POST /operator/services/<service_id>/resume": OPERATORS,
    "POST /operator/services/<service_id>/return": OPERATORS,
    "POST /operator/services/<service_id>/suspend": OPERATORS,
    "GET /operator/suppliers": OPERATORS,
    "POST /operator/suppliers": OPERATORS,
    "GET /operator/suppliers/<supplier_id>": OPERATORS,
    "POST /operator/suppliers/<supplier_id>/invite": OPERATORS,
    "POST /api/v1/links": TOKEN,
    "GET /api/v1/services/<service_id>/materials": TOKEN,
    "PUT /api/v1/services/<service_id>/materials": TOKEN,
}


def open_to_all() -> set[str]:
    """The rows for whoever comes, and those that prove themselves."""
    return {line for line in (EVERYONE + PROTOCOL).splitlines() if line}
