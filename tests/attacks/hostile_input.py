"""What hostile input gets, word by word, and the tests that show it; `test_published.py` holds that
these exist. Each word stands in the issue of that name; more of each is in the files named."""

_ACS = "saml/test_school_xml.py::test_document_that_is_not_read"
_SIGNED = "saml/test_school_signatures.py::test_forged_signature"
_TOKEN = "../flows/test_oidc_token.py::"
_ONCE = "../flows/test_replay_across_workers.py::"

WORDS: dict[str, tuple[str, ...]] = {
    "signature wrapping": (
        "saml/test_school_wrapping.py::test_wrapped_assertion",
        "saml/test_school_wrapping.py::test_wrapped_response_of_a_school_that_signs_its_responses",
        "saml/test_wrappings.py::test_wrapped_part",
        "saml/test_request_wrappings.py::test_wrapped_request",
    ),
    "duplicate ids": (f"{_SIGNED}[C3-duplicate-ID]",),
    "comments and instructions in values": (
        f"{_ACS}[CVE-2017-11427-comment-in-NameID]",
        f"{_ACS}[CVE-2017-11427-instruction-in-NameID]",
    ),
    "canonicalisation": ("saml/test_canonical.py::test_another_canonical_form",),
    "transforms": (f"{_SIGNED}[Core-5.4.4-XSLT]", f"{_SIGNED}[Core-5.4.4-XPath]"),
    "KeyInfo with a key of its own": (f"{_SIGNED}[C3-KeyInfo-brings-its-own-key]",),
    "HMAC with a public key": (
        f"{_SIGNED}[C3-HMAC-with-the-certificate]",
        "../flows/test_oidc_school.py::test_rfc8725_3_1_hmac_with_the_public_key",
    ),
    "SHA-1": (f"{_SIGNED}[ALG01-RSA-SHA1]", f"{_SIGNED}[ALG01-SHA1-digest]"),
    "weak RSA": (
        "../trust/test_xmldsig.py::test_a_weak_or_foreign_key_is_refused",
        "../trust/test_school_keys.py::test_rfc8725_3_5_weak_rsa_key_is_passed_over",
    ),
    "encrypted garbage and padding": (
        "saml/test_padding.py::test_page_is_the_same_whatever_is_wrong",
        "test_saml_encryption.py::test_cbc_that_was_changed_after_signing_is_not_even_decrypted",
    ),
    "bombs": (
        f"{_ACS}[C3-billion-laughs]",
        "saml/test_service_requests.py::test_request_by_redirect[CVE-2025-25293-deflate-bomb]",
    ),
    "10,000 attributes": (f"{_ACS}[C3-10000-attributes]",),
    "encodings": (f"{_ACS}[C3-UTF-16]", f"{_ACS}[C3-UTF-7]"),
    "replay across workers and stores": (
        f"{_ONCE}test_assertion_is_used_in_one_of_many_logins",
        f"{_ONCE}test_code_is_redeemed_once_and_its_replay_takes_back_what_it_gave",
        f"{_ONCE}test_client_assertion_counts_once",
        "saml/test_school_replay.py::test_id_that_was_used_in_another_login",
        "../flows/test_oidc_school.py::test_rfc6749_4_1_2_answer_counts_once",
    ),
    "mixed-up issuers": (
        "saml/test_school_conditions.py::test_answer_of_another_school_than_was_asked",
        "../flows/test_oidc_school.py::test_core_3_1_3_7_lie_is_refused",
        "../flows/test_oidc_authorize.py::test_rfc9207_2_answer_names_its_issuer",
    ),
    "tokens of another service": (
        f"{_TOKEN}test_rfc6749_4_1_3_code_of_another_client",
        "oidc/test_confusion.py::test_nothing_but_an_access_token_opens_userinfo",
        "../flows/test_oidc_signing.py::test_assertion_of_another_client_does_not_redeem",
    ),
    "PKCE downgrade": (
        f"{_TOKEN}test_rfc9700_2_1_1_verifier_for_a_code_without_challenge_is_a_downgrade",
        f"{_TOKEN}test_rfc7636_4_6_the_challenge_is_no_verifier",
    ),
    "redirect_uri": (
        "../flows/test_oidc_authorize.py::test_core_3_1_2_1_redirect_uri_is_compared_as_a_whole",
        "web/test_open_redirects.py::test_no_other_address_takes_one_from_its_query",
    ),
    "request objects that contradict": (
        "../flows/test_oidc_signing.py::test_core_6_1_object_that_is_wrong_or_contradicts_is_refused",
    ),
    "JWKS confusion": (
        "oidc/test_confusion.py::test_rfc8725_3_10_key_that_a_token_brings_is_never_used",
        "../trust/test_jwks.py::test_rfc_7517_5_a_key_that_can_not_be_used_is_passed_over",
        "../trust/test_jose.py::test_rfc_8725_3_1_an_algorithm_of_another_kind_of_key_is_refused",
    ),
    "Host header": (
        "oidc/test_confusion.py::test_host_header_changes_nothing_that_we_say_of_ourselves",
        "web/test_own_addresses.py::test_no_page_or_redirect_speaks_of_another_host",
    ),
    "parameter pollution": (
        "oidc/test_confusion.py::test_rfc6749_3_2_parameter_pollution_is_refused",
        "../flows/test_oidc_authorize.py::test_rfc6749_3_1_repeated_parameter_is_refused",
        "../flows/test_oidc_school.py::test_rfc6749_3_1_repeated_parameter",
        "saml/test_school_xml.py::test_field_that_is_there_twice",
        "saml/test_service_requests.py::test_request_by_redirect[C3-RelayState-twice]",
    ),
    "timing of secrets": ("test_timing.py::test_each_place_compares_in_constant_time",),
    "fuzzing": (
        "../fuzz/test_fuzz.py::test_whatever_comes_is_read_or_refused",
        "../fuzz/test_fuzz.py::test_any_bytes_are_read_or_refused",
        "../fuzz/test_fuzz.py::test_atheris_is_there_where_it_can_be",
    ),
}
