"""Carries out commands with one MQTT library: one JSON object a line on stdin, answers and news on stdout.

The shapes are those of talking-program.ts. Usage: peer.py paho-mqtt | aiomqtt
"""

import asyncio
import base64
import json
import logging
import sys

from refused import Refused


def say(told):
    print(json.dumps(told), flush=True)


class Desk:
    """Knows the clients by name and answers each command by its id."""

    def __init__(self, open_client):
        self.open_client = open_client
        self.clients = {}

    async def answer(self, command):
        number = command.pop("id")
        try:
            outcome = await self.carry_out(command.pop("action"), command.pop("client"), command)
            say({"id": number, **(outcome or {})})
        except Refused as refused:
            say({"id": number, "refused": refused.code})
        # Whatever goes wrong is for the scenario to judge, which waits for an answer.
        except Exception as error:
            say({"id": number, "error": repr(error)})

    async def carry_out(self, action, name, options):
        if action == "connect":
            client = self.clients[name] = self.open_client(options, News(name))
            return await client.connect()
        if action == "publish":
            options["payload"] = base64.b64decode(options["payload"])
        return await getattr(self.clients[name], action)(options)


class News:
    """Tells what happens to one client."""

    def __init__(self, name):
        self.name = name

    def message(self, message):
        payload = base64.b64encode(message.pop("payload")).decode()
        say({"event": "message", "client": self.name, "message": {**message, "payload": payload}})

    def closed(self):
        say({"event": "closed", "client": self.name})


async def main(library):
    logging.getLogger("mqtt").setLevel(logging.ERROR)
    if library == "paho-mqtt":
        from paho_client import PahoClient as open_client
    else:
        from aiomqtt_client import AiomqttClient as open_client
    desk = Desk(open_client)
    running = set()
    while line := await asyncio.to_thread(sys.stdin.buffer.readline):
        task = asyncio.create_task(desk.answer(json.loads(line)))
        running.add(task)
        task.add_done_callback(running.discard)


asyncio.run(main(sys.argv[1]))
