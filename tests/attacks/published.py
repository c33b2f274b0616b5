"""Published weaknesses of software like ours, by number, and the tests that they are not here.

A number stands here after its advisory, or what a database says of it, was looked up. A row says whose it is, what went wrong, and the
tests that do the same to us; `test_published.py` holds that these exist.
"""

from typing import NamedTuple

_XML = "saml/test_school_xml.py::test_document_that_is_not_read"
_SIGNED = "saml/test_school_signatures.py::test_forged_signature"
_WRAPPED = "saml/test_wrappings.py::test_wrapped_part"
_SHAPES = "saml/test_school_wrapping.py::test_wrapped_assertion"
_CANONICAL = "saml/test_canonical.py::test_another_canonical_form"
_REQUEST = "saml/test_service_requests.py::test_request_by_redirect"
_OURS = "test_published.py::"


class Weakness(NamedTuple):
    numbers: tuple[str, ...]
    whose: str
    what: str
    tests: tuple[str, ...]


_COMMENTS = (
    f"{_XML}[CVE-2017-11427-comment-in-NameID]",
    f"{_XML}[CVE-2017-11427-comment-that-is-empty]",
    f"{_XML}[CVE-2017-11427-instruction-in-NameID]",
    f"{_XML}[C5-CDATA-in-NameID]",
    f"{_REQUEST}[CVE-2017-11427-comment-in-Issuer]",
)
_ENTITIES = (
    f"{_XML}[C3-external-entity]",
    f"{_XML}[C3-external-DTD]",
    f"{_XML}[C3-parameter-entity]",
    f"{_XML}[C3-billion-laughs]",
    f"{_REQUEST}[C3-external-entity]",
)
_HMAC = (
    f"{_SIGNED}[C3-HMAC-with-the-certificate]",
    "saml/test_service_posts.py::test_posted_request[by_hmac]",
)

PUBLISHED = (
    # SAML
    Weakness(("CVE-2017-11427", "CVE-2017-11428", "CVE-2017-11429", "CVE-2017-11430", "CVE-2018-0489"), "python-saml, ruby-saml, saml2-js, omniauth-saml, Shibboleth", "a comment cuts a value in two, of which one part is read", _COMMENTS),
    Weakness(("CVE-2017-9672", "CVE-2016-10127", "CVE-2016-10149"), "python3-saml, pysaml2", "external entities are read", _ENTITIES),
    Weakness(("CVE-2025-23369",), "GitHub Enterprise Server, libxml2", "entities give two readers two documents", (f"{_XML}[C3-entity-that-is-not-declared]", *_ENTITIES)),
    Weakness(("CVE-2016-5697", "CVE-2020-5390", "CVE-2025-47949", "CVE-2025-54369", "CVE-2025-54419"), "ruby-saml, pysaml2, samlify, node-saml", "what is read is not what was signed", tuple(f"{_SHAPES}[XSW{n}]" for n in range(3, 9)) + tuple(f"{_WRAPPED}[{s}-{p}]" for s in ("assertion", "response") for p in ("Response", "Assertion", "Subject", "NameID"))),
    Weakness(("CVE-2021-21238",), "pysaml2", "no schema before the signature", (f"{_CANONICAL}[C2-xml-lang-added]", f"{_WRAPPED}[assertion-Subject]")),
    Weakness(("CVE-2021-21239",), "pysaml2, xmlsec1", "a key that the document brings is taken", (f"{_SIGNED}[C3-KeyInfo-brings-its-own-key]", *_HMAC)),
    Weakness(("CVE-2018-7644", "CVE-2025-48994"), "SimpleSAMLphp, signxml", "HMAC with a public key as the secret", _HMAC),
    Weakness(("CVE-2025-48995",), "signxml", "a comparison whose time tells", ("test_timing.py::test_each_place_compares_in_constant_time[the digest of what was signed]",)),
    Weakness(("CVE-2016-9814", "CVE-2016-9955"), "SimpleSAMLphp", "an error of the check is taken for true", (f"{_SIGNED}[C3-signature-value-of-zeros]", f"{_SIGNED}[C3-value-changed]")),
    Weakness(("CVE-2019-3465", "CVE-2025-29774"), "xmlseclibs, xml-crypto", "two SignedInfo: one is verified, the other is read", (f"{_SIGNED}[CVE-2019-3465-two-SignedInfo]",)),
    Weakness(("CVE-2025-29775",), "xml-crypto", "a comment in DigestValue", (f"{_SIGNED}[CVE-2025-29775-element-in-DigestValue]", f"{_XML}[CVE-2017-11427-comment-in-NameID]")),
    Weakness(("CVE-2024-45409",), "ruby-saml", "a DigestValue elsewhere in the document is compared", (f"{_SIGNED}[CVE-2024-45409-digest-elsewhere]",)),
    Weakness(("CVE-2024-6800",), "GitHub Enterprise Server", "a signature over something else of the school's, such as metadata", (f"{_SIGNED}[Core-5.4.2-Reference-to-another-element]", f"{_SIGNED}[C3-signature-of-the-assertion-at-the-response]")),
    Weakness(("CVE-2025-25291", "CVE-2025-25292", "CVE-2025-66567"), "ruby-saml", "two parsers, two documents", (f"{_XML}[G03-DOCTYPE]", f"{_XML}[C5-second-root]", "saml/test_school_xml.py::test_element_inside_a_signed_name_is_not_read_as_text", f"{_WRAPPED}[assertion-NameID]")),
    Weakness(("CVE-2025-66568",), "ruby-saml, libxml2", "what has no canonical form has the digest of nothing", (f"{_CANONICAL}[C14N-1.3-relative-namespace-in-the-assertion]", f"{_CANONICAL}[C14N-1.3-relative-namespace-in-SignedInfo]", "saml/test_canonical.py::test_posted_request_without_a_canonical_form[<samlp:AuthnRequest ]")),
    Weakness(("CVE-2025-25293", "CVE-2025-54572", "GHSA-5mqj-xc49-246p"), "ruby-saml, crewjam/saml", "a message is inflated or decoded before its size is judged", (f"{_REQUEST}[CVE-2025-25293-deflate-bomb]", f"{_XML}[C5-larger-than-a-message]", "saml/test_school_xml.py::test_body_over_the_limit")),
    Weakness(("CVE-2022-41912",), "crewjam/saml", "of two assertions the unsigned one is read", (f"{_SIGNED}[C3-two-assertions]", f"{_SHAPES}[XSW3]")),
    Weakness(("CVE-2022-39299",), "passport-saml", "a document with several roots around one signed refusal", (f"{_XML}[C5-second-root]", f"{_OURS}test_refusal_that_the_school_signed_lets_nobody_in")),
    Weakness(("CVE-2020-29509", "CVE-2020-27846"), "gosaml2, crewjam/saml", "prefixes change their meaning when a document is written again", (f"{_CANONICAL}[C2-prefix-of-another-namespace]", f"{_CANONICAL}[C2-default-namespace-in-place-of-a-prefix]")),
    Weakness(("GHSA-267v-3v32-g6q5",), "crewjam/saml", "an address that is a script", (f"{_REQUEST}[IDP06-ACS-that-is-a-script]",)),
    Weakness(("CVE-2017-1000246",), "pysaml2", "the IV of an encryption is used twice", (f"{_OURS}test_no_key_and_no_nonce_is_used_twice",)),
    Weakness(("CVE-2017-1000433",), "pysaml2", "a check that `python -O` leaves out", (f"{_OURS}test_refused_without_asserts",)),
    Weakness(("CVE-2022-40303", "CVE-2024-25062"), "libxml2", "memory faults of old versions, one in documents of gigabytes", (f"{_OURS}test_libxml2_is_one_without_them",)),
    # OpenID Connect
    Weakness(("CVE-2024-37568", "CVE-2022-29217"), "Authlib, PyJWT", "HMAC with a public key as the secret", ("../trust/test_jose.py::test_rfc_8725_3_1_none_and_hmac_are_refused", f"{_OURS}test_public_key_is_no_secret")),
    Weakness(("CVE-2026-28802",), "Authlib", "`alg: none` is accepted", ("../trust/test_jose.py::test_rfc_8725_3_1_none_and_hmac_are_refused", f"{_OURS}test_jwt_that_is_not_signed[none]")),
    Weakness(("CVE-2026-27962",), "Authlib", "the key in a token's own header is taken", ("oidc/test_confusion.py::test_rfc8725_3_10_key_that_a_token_brings_is_never_used[jwk]",)),
    Weakness(("CVE-2025-59420", "CVE-2026-32597"), "Authlib, PyJWT", "`crit` names what is not understood", ("../trust/test_jose.py::test_rfc_7515_4_1_11_an_extension_that_must_be_understood_is_refused", "oidc/test_confusion.py::test_rfc8725_3_10_key_that_a_token_brings_is_never_used[crit]")),
    Weakness(("CVE-2026-96760",), "Authlib", "a JWS in JSON without a signature counts as verified", (f"{_OURS}test_jwt_that_is_not_signed[JSON]",)),
    Weakness(("CVE-2024-53861",), "PyJWT", "part of the issuer's name is enough", (f"{_OURS}test_part_of_the_issuer_is_not_the_issuer",)),
    Weakness(("CVE-2026-102274",), "PyJWT", "one malformed key spoils the set", (f"{_OURS}test_malformed_key_spoils_no_set",)),
    Weakness(("CVE-2025-61920",), "Authlib", "a token of any size is decoded", (f"{_OURS}test_token_without_end_is_not_decoded",)),
    Weakness(("CVE-2025-62706", "CVE-2024-28176"), "Authlib, jose", "an encrypted token that inflates without end", (f"{_OURS}test_jwt_that_is_not_signed[encrypted]",)),
)  # fmt: skip
