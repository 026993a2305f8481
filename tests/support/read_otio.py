"""Reads OpenTimelineIO files with the official package, for package/otio/python.test.ts.

Takes a JSON list of files' texts. Returns a JSON list of the package's findings in each: its tracks, clips and markers,
the place of each clip on the timeline, and the file as the package writes it.
"""

import json
import sys

import opentimelineio as otio


def describe(text):
    read = otio.adapters.read_from_string(text, "otio_json")
    is_collection = isinstance(read, otio.schema.SerializableCollection)
    timeline = next(child for child in read if isinstance(child, otio.schema.Timeline)) if is_collection else read
    return {
        "name": timeline.name,
        "metadata": plain(timeline.metadata),
        "duration": timeline.duration().to_seconds(),
        "tracks": [describe_track(track) for track in timeline.tracks],
        "markers": [
            [marker.name, marker.marked_range.start_time.to_seconds(), plain(marker.metadata)]
            for marker in timeline.tracks.markers
        ],
        "clips": [describe_clip(clip, timeline.tracks) for clip in timeline.find_clips()],
        "written": otio.adapters.write_to_string(read, "otio_json"),
    }


def describe_track(track):
    children = list(track) if isinstance(track, otio.core.Composition) else []
    return {
        "name": track.name,
        "kind": getattr(track, "kind", None),
        "lane": plain(track.metadata).get("secuencia", {}).get("lane"),
        "clips": sum(isinstance(child, otio.schema.Clip) for child in children),
    }


def describe_clip(clip, stack):
    own = clip.trimmed_range()
    whole = clip.transformed_time_range(own, stack)
    start, end = whole.start_time, whole.end_time_exclusive()
    enabled, kinds = clip.enabled, []
    outer = clip.parent()
    while outer is not None and outer is not stack:
        played = outer.transformed_time_range(outer.trimmed_range(), stack)
        start, end = max(start, played.start_time), min(end, played.end_time_exclusive())
        enabled = enabled and outer.enabled
        kinds.append(getattr(outer, "kind", None))
        outer = outer.parent()
    media = clip.media_reference
    media_start = media.available_range.start_time if media.available_range else otio.opentime.RationalTime()
    return {
        "name": clip.name,
        "metadata": plain(clip.metadata),
        "start": start.to_seconds(),
        "duration": (end - start).to_seconds(),
        "sourceStart": (own.start_time + (start - whole.start_time) - media_start).to_seconds(),
        "enabled": enabled,
        "kinds": kinds,
        "url": getattr(media, "target_url", None),
        "available": media.available_range.duration.to_seconds() if media.available_range else None,
    }


def plain(metadata):
    return json.loads(otio.core.serialize_json_to_string(metadata))


print(json.dumps([describe(text) for text in json.load(sys.stdin)]))
