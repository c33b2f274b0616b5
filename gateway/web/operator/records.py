"""What was done in the consoles, and our own keys with what is published where."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from flask import Blueprint, Response, render_template, request

from gateway.core.acts import BEGINNING, ChainedAct, chain
from gateway.web.console.desk import ConsoleDesk
from gateway.web.times import moment

_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Row:
    """One act, its time in words."""

    act: ChainedAct
    when: str


@dataclass(frozen=True, slots=True)
class Records:
    desk: ConsoleDesk

    def blueprint(self) -> Blueprint:
        pages = Blueprint("operator_records", __name__)
        pages.get("/operator/record")(self.search)
        pages.get("/operator/record.jsonl")(self.export)
        pages.get("/operator/record/verify")(self.verify)
        pages.get("/operator/keys")(self.keys)
        return pages

    def search(self) -> str:
        self.desk.operator()
        words, before = request.args.get("q", "")[:100], request.args.get("before", type=int)
        found = self.desk.books.acts.find(words, before, _SHOWN + 1)
        rows = [Row(each, moment(each.act.at)) for each in found[:_SHOWN]]
        return render_template(
            "operator/record.html", rows=rows, query=words, more=len(found) > _SHOWN
        )

    def export(self) -> Response:
        """All of it, as JSON lines, streamed."""
        self.desk.operator()
        headers = {"Content-Disposition": "attachment; filename=ketenpoort-record.jsonl"}
        lines = _lines(self.desk.books.acts.all())
        return Response(lines, headers=headers, content_type="application/jsonl; charset=utf-8")

    def verify(self) -> str:
        self.desk.operator()
        last, count = BEGINNING, 0
        for each in self.desk.books.acts.all():
            count += 1
            if each.act.number != count or chain(each.act, last) != each:
                return render_template("operator/verified.html", broken=count, count=count)
            last = each.digest
        return render_template("operator/verified.html", broken=None, count=count, digest=last)

    def keys(self) -> str:
        self.desk.operator()
        keyring = self.desk.parts.keyring
        return render_template(
            "operator/keys.html", keys=keyring.overview(), base=self.desk.parts.settings.base_url
        )


def _lines(acts: Iterator[ChainedAct]) -> Iterator[str]:
    for each in acts:
        act = each.act
        record = [act.number, act.at, act.actor, act.act, act.object, act.before, act.after]
        names = ("number", "at", "who", "what", "of", "before", "after")
        fields = dict(zip(names, record, strict=True)) | {"digest": each.digest}
        yield json.dumps(fields, ensure_ascii=False) + "\n"
