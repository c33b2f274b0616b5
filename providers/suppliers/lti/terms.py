"""The words of LTI 1.3: names of claims, messages and roles (LTI Core §5, Appendix A)."""

from collections.abc import Mapping

CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"
DEEP_LINKING = "https://purl.imsglobal.org/spec/lti-dl/claim/"
PLATFORM_CONFIGURATION = "https://purl.imsglobal.org/spec/lti-platform-configuration"
TOOL_CONFIGURATION = "https://purl.imsglobal.org/spec/lti-tool-configuration"

VERSION = "1.3.0"
RESOURCE_LINK_REQUEST = "LtiResourceLinkRequest"
DEEP_LINKING_REQUEST = "LtiDeepLinkingRequest"
DEEP_LINKING_RESPONSE = "LtiDeepLinkingResponse"

WINDOW = "window"
IFRAME = "iframe"
COURSE_OFFERING = "http://purl.imsglobal.org/vocab/lis/v2/course#CourseOffering"

_MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership#"
_PERSON = "http://purl.imsglobal.org/vocab/lis/v2/institution/person#"
ROLES: Mapping[str, tuple[str, ...]] = {
    "student": (f"{_MEMBERSHIP}Learner", f"{_PERSON}Student"),
    "employee": (f"{_MEMBERSHIP}Instructor", f"{_PERSON}Faculty"),
    # Staff that does not teach is not given a teacher's rights at the tool.
    "staff": (f"{_PERSON}Staff",),
    "affiliate": (f"{_PERSON}Other",),
}
"""Roles in full (LTI Core §A.2), by Entree's words."""
