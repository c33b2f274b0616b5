"""Who may use which address: the whole table. An address without a row fails the test.

EVERYONE: pages for whoever comes, also those that begin a login or have nothing to do without one. PROTOCOL: for programs and browsers that bring a proof of their
own (signature, code, client secret, bearer token of the protocol). PEOPLE: who is signed in at a
school, each with his own. The others are named.
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
POST /oidc/revoke
POST /oidc/token
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
    "GET /operator": OPERATORS,
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
