"""paho-mqtt with the network thread that its users start, called back there and awaited here."""

import asyncio

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from properties import (
    MQTT_5,
    message_of,
    properties_of_connect,
    properties_of_publish,
    properties_of_subscribe,
    properties_of_will,
)
from refused import Refused


class PahoClient:
    def __init__(self, options, news):
        self.options = options
        self.level = options["level"]
        self.news = news
        self.loop = asyncio.get_running_loop()
        self.connected = self.loop.create_future()
        # By message id: who waits for its acknowledgement.
        self.pending = {}
        self.client = self._new_client()

    async def connect(self):
        options = self.options
        clean_start = {"clean_start": options["clean"]} if self.level == MQTT_5 else {}
        # This blocks until the handshake of TLS is over.
        await asyncio.to_thread(
            self.client.connect,
            options["host"],
            options["port"],
            properties=properties_of_connect(self.level, options),
            **clean_start,
        )
        self.client.loop_start()
        flags, reason = await self.connected
        if reason.is_failure:
            await asyncio.to_thread(self.client.loop_stop)
            raise Refused(reason.value)
        return {"sessionPresent": flags.session_present}

    async def subscribe(self, options):
        _, number = self.client.subscribe(
            options["filter"], options["qos"], properties=properties_of_subscribe(options)
        )
        reasons = await self._answer_to(number)
        return {"reason": reasons[0].value}

    async def publish(self, options):
        sent = self.client.publish(
            options["topic"], options["payload"], options["qos"], options["retain"], properties_of_publish(self.level, options)
        )
        reason = await self._answer_to(sent.mid)
        return {"reason": reason.value}

    async def disconnect(self, _options):
        self.client.disconnect()
        await asyncio.to_thread(self.client.loop_stop)

    def _new_client(self):
        options = self.options
        client = mqtt.Client(
            CallbackAPIVersion.VERSION2,
            client_id=options["clientId"],
            clean_session=None if self.level == MQTT_5 else options["clean"],
            protocol=mqtt.MQTTProtocolVersion(self.level),
            reconnect_on_failure=False,
        )
        if "user" in options:
            client.username_pw_set(options["user"]["name"], options["user"]["password"])
        if "tls" in options:
            tls = options["tls"]
            client.tls_set(tls["authority"], tls.get("certificate"), tls.get("key"))
        if "will" in options:
            will = options["will"]
            client.will_set(will["topic"], will["payload"], will["qos"], properties=properties_of_will(will))
        client.on_connect = self._called(lambda _c, _u, flags, reason, _p: self._settle(self.connected, (flags, reason)))
        client.on_subscribe = self._called(lambda _c, _u, number, reasons, _p: self._answered(number, reasons))
        client.on_publish = self._called(lambda _c, _u, number, reason, _p: self._answered(number, reason))
        client.on_message = self._called(lambda _c, _u, message: self.news.message(message_of(message)))
        client.on_disconnect = self._called(lambda *_: self._closed())
        return client

    def _closed(self):
        if not self.connected.done():
            self.connected.set_exception(ConnectionError("closed before CONNACK"))
        self.news.closed()

    def _called(self, callback):
        """The network thread calls; the work is done in the loop."""
        return lambda *given: self.loop.call_soon_threadsafe(callback, *given)

    async def _answer_to(self, number):
        future = self.pending[number] = self.loop.create_future()
        return await future

    def _answered(self, number, reason):
        self._settle(self.pending.pop(number), reason)

    @staticmethod
    def _settle(future, outcome):
        if not future.done():
            future.set_result(outcome)
