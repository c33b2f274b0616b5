"""Our own metadata, as both SAML providers publish it: signed, with the keys of a rollover."""

from lxml import etree

from gateway.core.ports import Document as Reply
from gateway.services import Parts
from gateway.settings import Settings
from gateway.trust.metadata.roles import Logo
from gateway.trust.metadata.write import CACHE_SECONDS, VALID_SECONDS, Document
from gateway.trust.xmldsig import sign_first

_CONTENT_TYPE = "application/samlmetadata+xml"


def own_document(parts: Parts, entity_id: str) -> Document:
    """What all metadata of ours has; certificates of the active and the next key."""
    settings = parts.settings
    return Document(
        entity_id=entity_id,
        document_id="_" + parts.random(),
        valid_until=parts.clock() + VALID_SECONDS,
        cache_duration_s=CACHE_SECONDS,
        display_names={"nl": settings.display_name_nl, "en": settings.display_name_en},
        signing_certificates=parts.keyring.certificates(),
        logo=_logo(settings),
        contact=settings.technical_contact,
    )


def _logo(settings: Settings) -> Logo | None:
    if not settings.logo_url:
        return None
    return Logo(settings.logo_url, settings.logo_width, settings.logo_height)


def signed(entity: etree._Element, parts: Parts) -> Reply:
    """Metadata §3: the Signature is the first child of the signed root."""
    sign_first(entity, parts.keyring.signer())
    return Reply(etree.tostring(entity), _CONTENT_TYPE)
