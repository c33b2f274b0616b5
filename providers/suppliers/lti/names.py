"""The names of a school towards a tool: its deployment and its context (LTI Core §3.1.3, §5.4.1).

Made of the service and the school and never kept, so they are always the same and two tools
can not compare them. A school is no secret to a tool, so no key is needed.
"""

import hashlib


def deployment_id(service_id: str, school: str) -> str:
    """The tool as it is placed in one school (LTI Core §3.1.3)."""
    return _name("deployment", service_id, school)


def context_id(service_id: str, school: str) -> str:
    """Where the people of one school meet in the tool (LTI Core §5.4.1)."""
    return _name("context", service_id, school)


def _name(kind: str, service_id: str, school: str) -> str:
    """128 bits, as 32 hexadecimal digits; no two lists of parts give the same text."""
    parts = f"ketenpoort lti\n{kind}\n{service_id}\n{school}"
    return hashlib.sha256(parts.encode()).hexdigest()[:32]
