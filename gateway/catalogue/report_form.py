"""What a publication changed, as suppliers are told it."""

from pydantic import BaseModel, Field

from gateway.core.materials import PublishReport


class DisappearedForm(BaseModel):
    """A place that is no longer published."""

    id: str
    key: str = Field(description="Empty for the material itself.")
    title: str
    locator: str | None
    links: int = Field(description="How many deep links led to it.")


class MovedForm(BaseModel):
    """A place that went, whose deep links now lead to the one with its key in another material."""

    id: str
    key: str
    title: str
    to: str = Field(description="The id of the place that they lead to now.")
    links: int = Field(description="How many deep links went with it.")


class ReportForm(BaseModel):
    """What changed: places, the materials themselves counted with them."""

    materials: int
    added: int
    changed: int
    kept: int
    disappeared: list[DisappearedForm]
    moved: list[MovedForm]


def report_form(report: PublishReport) -> ReportForm:
    return ReportForm(
        materials=report.materials,
        added=report.added,
        changed=report.changed,
        kept=report.kept,
        disappeared=[
            DisappearedForm(
                id=gone.fragment.id,
                key=gone.fragment.key,
                title=gone.fragment.title,
                locator=gone.fragment.locator,
                links=gone.links,
            )
            for gone in report.disappeared
        ],
        moved=[
            MovedForm(
                id=each.fragment.id,
                key=each.fragment.key,
                title=each.fragment.title,
                to=each.to.id,
                links=each.links,
            )
            for each in report.moved
        ],
    )
