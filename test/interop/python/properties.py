"""What a scenario calls a property, and what paho-mqtt calls it; aiomqtt takes and gives paho-mqtt's objects."""

from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

MQTT_5 = 5

_PUBLISH = {
    "messageExpiry": "MessageExpiryInterval",
    "responseTopic": "ResponseTopic",
    "contentType": "ContentType",
}


def properties_of_connect(level, options):
    if level != MQTT_5:
        return None
    properties = Properties(PacketTypes.CONNECT)
    properties.SessionExpiryInterval = options["sessionExpiry"]
    return properties


def properties_of_will(will):
    if "delay" not in will:
        return None
    properties = Properties(PacketTypes.WILLMESSAGE)
    properties.WillDelayInterval = will["delay"]
    return properties


def properties_of_subscribe(options):
    if "subscriptionIdentifier" not in options:
        return None
    properties = Properties(PacketTypes.SUBSCRIBE)
    properties.SubscriptionIdentifier = options["subscriptionIdentifier"]
    return properties


def properties_of_publish(level, options):
    if level != MQTT_5:
        return None
    properties = Properties(PacketTypes.PUBLISH)
    for name, called in _PUBLISH.items():
        if name in options:
            setattr(properties, called, options[name])
    if "correlation" in options:
        properties.CorrelationData = options["correlation"].encode()
    if "userProperties" in options:
        properties.UserProperty = [tuple(pair) for pair in options["userProperties"]]
    return properties


def message_of(message):
    """A received message of either library, as a scenario sees it."""
    told = {
        "topic": str(message.topic),
        "payload": bytes(message.payload),
        "qos": message.qos,
        "retain": bool(message.retain),
    }
    properties = message.properties
    if properties is None:
        return told
    for name, called in _PUBLISH.items():
        if hasattr(properties, called):
            told[name] = getattr(properties, called)
    if hasattr(properties, "CorrelationData"):
        told["correlation"] = properties.CorrelationData.decode()
    if hasattr(properties, "UserProperty"):
        told["userProperties"] = properties.UserProperty
    if hasattr(properties, "SubscriptionIdentifier"):
        told["subscriptionIdentifiers"] = properties.SubscriptionIdentifier
    return told
