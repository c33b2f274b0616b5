"""The addresses of the services."""

from dataclasses import dataclass

CONTEXT = "/lti/contexts/<context>"
LINE_ITEMS = f"{CONTEXT}/lineitems"
LINE_ITEM = f"{LINE_ITEMS}/<item>"
SCORES = f"{LINE_ITEM}/scores"
RESULTS = f"{LINE_ITEM}/results"
MEMBERS = f"{CONTEXT}/memberships"
TOKEN = "/lti/token"  # noqa: S105  # an address


@dataclass(frozen=True, slots=True)
class Addresses:
    """In full, below our own base address. All lower-case, as `paging` explains."""

    base: str

    def token(self) -> str:
        return self.base + TOKEN

    def line_items(self, context_id: str) -> str:
        return f"{self.base}/lti/contexts/{context_id}/lineitems"

    def line_item(self, context_id: str, item_id: str) -> str:
        return f"{self.line_items(context_id)}/{item_id}"

    def results(self, context_id: str, item_id: str) -> str:
        return f"{self.line_item(context_id, item_id)}/results"

    def members(self, context_id: str) -> str:
        return f"{self.base}/lti/contexts/{context_id}/memberships"
