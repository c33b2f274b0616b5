"""The words of the supplier's pages for what the core calls by a name."""

from flask_babel import lazy_gettext as _

from gateway.core.api_tokens import Scope

FACTS = {
    "entity_id": "entityID",
    "client_id": "client_id",
    "consumers": _("Where answers go (AssertionConsumerService)"),
    "logout": _("Where logout goes (SingleLogoutService)"),
    "signing_until": _("Signing certificates, valid until"),
    "encryption_until": _("Encryption certificates, valid until"),
    "profile": _("Profile"),
    "name_id": _("NameID format"),
    "signed": _("What is signed"),
    "encryption": _("Encryption of assertions"),
    "requested": _("Attributes that the metadata asks for; they count for nothing by themselves"),
    "redirect_uris": _("Where answers go (redirect_uris)"),
    "initiate_login_uri": _("Where a login of ours begins (initiate_login_uri)"),
    "post_logout_redirect_uris": _("Where people go after logout"),
    "backchannel_logout_uri": _("Where we tell you of a logout (back-channel)"),
    "frontchannel_logout_uri": _("Where the browser tells you of a logout (front-channel)"),
    "authentication": _("How you prove yourself at the token endpoint"),
    "jwks_uri": _("Where your public keys are (jwks_uri)"),
    "id_token_algorithm": _("Signature of ID tokens"),
    "refresh_tokens": _("Refresh tokens"),
    "target_link_uri": _("Start of the tool (target_link_uri)"),
    "deep_linking_uri": _("Where teachers pick (deep linking)"),
    "scopes": _("Services that the tool may use"),
}
SCOPE_WORDS = {
    Scope.MATERIALS_READ: _("Read your materials"),
    Scope.MATERIALS_WRITE: _("Publish your materials"),
    Scope.WARNINGS_READ: _("Read what ends before long"),
    Scope.CLIENTS_REGISTER: _("Register clients by program"),
}
STANDINGS = {
    "pending": _("Waits for approval; the test school reaches it"),
    "returned": _("Sent back; the test school reaches it"),
    "approved": _("Schools reach it"),
    "test": _("In test; the test school reaches it"),
    "off": _("Suspended by the operator"),
}
OUTCOMES = {"ok": _("Good"), "warn": _("Works, mend it"), "fail": _("Wrong")}
LACKING = {
    "text_nl": _("a description in Dutch"),
    "contact": _("a contact address"),
    "privacy": _("the address of your privacy declaration"),
}
PROFILES = {
    "saml2int": _("saml2int: urn:oid names, encrypted where you have a key"),
    "entree": _("entree: plain names, as Dutch education is used to"),
}
