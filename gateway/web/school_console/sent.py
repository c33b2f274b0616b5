"""A text that an administrator sends: as a file, or typed."""

from flask import request

from gateway.errors import BadInput


def sent_text() -> str:
    """The file, else what was typed; raises BadInput for what is no text."""
    file = request.files.get("file")
    if file is None or not file.filename:
        return request.form.get("text", "")
    data: bytes = file.read()
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput("a text that is not in UTF-8") from error
