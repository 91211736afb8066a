"""aiomqtt, whose client is a context that is entered to connect and left to say goodbye."""

import asyncio
import contextlib

import aiomqtt

from properties import (
    MQTT_5,
    message_of,
    properties_of_connect,
    properties_of_publish,
    properties_of_subscribe,
    properties_of_will,
)
from refused import Refused


class AiomqttClient:
    def __init__(self, options, news):
        self.options = options
        self.level = options["level"]
        self.news = news
        self.stack = contextlib.AsyncExitStack()
        self.client = None
        self.reading = None

    async def connect(self):
        try:
            self.client = await self.stack.enter_async_context(self._new_client())
        except aiomqtt.exceptions.MqttConnectError as error:
            raise Refused(error.rc.value) from error
        self.reading = asyncio.create_task(self._read())

    async def subscribe(self, options):
        granted = await self.client.subscribe(
            options["filter"], options["qos"], properties=properties_of_subscribe(options)
        )
        return {"reason": granted[0].value}

    async def publish(self, options):
        await self.client.publish(
            options["topic"], options["payload"], options["qos"], options["retain"], properties_of_publish(self.level, options)
        )

    async def disconnect(self, _options):
        self.reading.cancel()
        await self.stack.aclose()

    def _new_client(self):
        options = self.options
        is_5 = self.level == MQTT_5
        user = options.get("user", {})
        tls = options.get("tls")
        will = options.get("will")
        return aiomqtt.Client(
            options["host"],
            options["port"],
            identifier=options["clientId"],
            protocol=aiomqtt.ProtocolVersion(self.level),
            username=user.get("name"),
            password=user.get("password"),
            clean_session=None if is_5 else options["clean"],
            **({"clean_start": options["clean"]} if is_5 else {}),
            properties=properties_of_connect(self.level, options),
            tls_params=tls and aiomqtt.TLSParameters(tls["authority"], tls.get("certificate"), tls.get("key")),
            will=will and aiomqtt.Will(will["topic"], will["payload"], will["qos"], False, properties_of_will(will)),
        )

    async def _read(self):
        try:
            async for message in self.client.messages:
                self.news.message(message_of(message))
        except aiomqtt.MqttError:
            # The connection is gone: leaving a context that has lost it says no goodbye.
            await self.stack.aclose()
            self.news.closed()
