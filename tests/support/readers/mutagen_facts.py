"""Prints an MP4's tags and chapters, as mutagen reads them, as one line of JSON: mutagen_facts.py FILE"""

import base64
import json
import sys

from mutagen.mp4 import MP4, MP4Cover

FORMATS = {MP4Cover.FORMAT_JPEG: "image/jpeg", MP4Cover.FORMAT_PNG: "image/png"}


def plain(value):
    if isinstance(value, MP4Cover):
        return {"type": FORMATS[value.imageformat], "data": base64.b64encode(value).decode()}
    if isinstance(value, bytes):
        return bytes(value).decode()
    return value


file = MP4(sys.argv[1])
tags = {key: [plain(value) for value in values] if isinstance(values, list) else values for key, values in file.tags.items()}
chapters = [{"title": chapter.title, "start": chapter.start} for chapter in file.chapters or []]
print(json.dumps({"tags": tags, "chapters": chapters, "seconds": file.info.length}))
