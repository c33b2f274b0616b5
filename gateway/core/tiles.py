"""The tiles of the start page, and how one looks without a cover."""

import zlib
from dataclasses import dataclass

_TINTS = 8


@dataclass(frozen=True, slots=True)
class Tile:
    """What a person opens with one click: a material, or a service that published none.

    `id` is that of the material or service, `root_id` the material's own fragment, None for a
    service. `used_at`: when the person last opened it, in seconds since the epoch.
    """

    id: str
    service_id: str
    root_id: str | None
    title: str
    favourite: bool = False
    used_at: int | None = None

    @property
    def initials(self) -> str:
        """The letters on it: of the first two words that begin with a letter or digit."""
        return "".join(word[0] for word in self.title.split() if word[0].isalnum())[:2].upper()

    @property
    def tint(self) -> int:
        """Its colour: always the same, one of eight. A cover would tell its site who looks."""
        return zlib.crc32(self.id.encode()) % _TINTS
