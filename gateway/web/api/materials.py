"""`/api/v1/services/{id}/materials`: a supplier publishes the materials of a service."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from flask import Response, stream_with_context

from gateway.catalogue import json_form
from gateway.catalogue.reading import refuse_problems
from gateway.catalogue.report_form import report_form
from gateway.core.api_tokens import Scope
from gateway.core.ports import Published
from gateway.services import Parts
from gateway.web.api.bodies import answer, json_body
from gateway.web.api.callers import Callers


@dataclass(frozen=True, slots=True)
class MaterialsApi:
    parts: Parts
    callers: Callers
    published: Published

    def put(self, service_id: str) -> Response:
        """The materials of the service are these and no others. Who calls is known before a
        byte of the body is read."""
        supplier = self.callers.supplier(Scope.MATERIALS_WRITE)
        service = self.callers.own_service(supplier, service_id)
        reading = json_form.read(json_body(self.parts.settings.materials_bytes))
        refuse_problems(service, reading)
        report = self.parts.catalogue.publish(service.id, reading.publications, whole=True)
        self.parts.audit(
            "materials.published",
            service=service.id,
            materials=report.materials,
            added=report.added,
            changed=report.changed,
            disappeared=len(report.disappeared),
        )
        return answer(report_form(report).model_dump())

    def get(self, service_id: str) -> Response:
        """What the service published, in the form in which it may be put back."""
        service = self.callers.own_service(self.callers.supplier(Scope.MATERIALS_READ), service_id)
        return Response(
            stream_with_context(self._written(service.id)), content_type="application/json"
        )

    def _written(self, service_id: str) -> Iterator[str]:
        yield '{"materials": ['
        for number, publication in enumerate(self.published.of(service_id)):
            separator = ",\n" if number else "\n"
            yield separator + json.dumps(json_form.write(publication), ensure_ascii=False)
        yield "]}\n"
