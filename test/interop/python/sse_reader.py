"""Prints the events of a stream, one JSON object a line: sseclient-py over httpx. Usage: sse_reader.py URL [LAST_EVENT_ID]"""

import json
import sys

import httpx
import sseclient


def main(url, last_event_id=None):
    headers = {"accept": "text/event-stream"}
    if last_event_id is not None:
        headers["last-event-id"] = last_event_id
    with httpx.stream("GET", url, headers=headers, timeout=None) as response:
        response.raise_for_status()
        for event in sseclient.SSEClient(response.iter_bytes()).events():
            print(json.dumps({"event": event.event, "id": event.id, "data": event.data}), flush=True)


main(*sys.argv[1:])
