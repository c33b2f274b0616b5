"""Pictures that a party uploads: made anew from their pixels, so that nothing else is served."""

import io
import warnings

from PIL import Image, UnidentifiedImageError

from gateway.errors import PictureRefused

FORMATS = ("PNG", "JPEG", "GIF", "WEBP")
LARGEST_BYTES = 64 * 1024
_SIDES = (256, 128, 64)
_MOST_PIXELS = 16_000_000


def logo(data: bytes) -> bytes:
    """A PNG of at most 256 by 256 pixels and 64 KiB; raises PictureRefused."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _small(_pixels(data))
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, MemoryError) as error:
        raise PictureRefused(f"{type(error).__name__}") from error
    except Image.DecompressionBombError as error:
        raise PictureRefused("far too many pixels") from error


def _pixels(data: bytes) -> Image.Image:
    with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
        if picture.width * picture.height > _MOST_PIXELS:
            raise PictureRefused("more than 16 million pixels")
        return picture.convert("RGBA")


def _small(picture: Image.Image) -> bytes:
    for side in _SIDES:
        made, out = picture.copy(), io.BytesIO()
        made.thumbnail((side, side))
        made.save(out, "PNG", optimize=True)
        if out.tell() <= LARGEST_BYTES:
            return out.getvalue()
    raise PictureRefused("it stays too large")
