package main

import "github.com/eclipse/paho.golang/paho"

// properties of MQTT 5 that a message carries; absent ones were not sent.
type properties struct {
	MessageExpiry           *uint32     `json:"messageExpiry,omitempty"`
	ResponseTopic           string      `json:"responseTopic,omitempty"`
	Correlation             string      `json:"correlation,omitempty"`
	ContentType             string      `json:"contentType,omitempty"`
	UserProperties          [][2]string `json:"userProperties,omitempty"`
	SubscriptionIdentifiers []int       `json:"subscriptionIdentifiers,omitempty"`
}

// message is one publish, sent or received. JSON carries the payload in base64.
type message struct {
	properties
	Topic   string `json:"topic"`
	Payload []byte `json:"payload"`
	QoS     byte   `json:"qos"`
	Retain  bool   `json:"retain"`
}

func (m message) publish() *paho.Publish {
	sent := &paho.PublishProperties{
		MessageExpiry: m.MessageExpiry,
		ResponseTopic: m.ResponseTopic,
		ContentType:   m.ContentType,
	}
	if m.Correlation != "" {
		sent.CorrelationData = []byte(m.Correlation)
	}
	for _, pair := range m.UserProperties {
		sent.User.Add(pair[0], pair[1])
	}
	return &paho.Publish{Topic: m.Topic, Payload: m.Payload, QoS: m.QoS, Retain: m.Retain, Properties: sent}
}

func messageOf(received *paho.Publish) *message {
	m := &message{Topic: received.Topic, Payload: received.Payload, QoS: received.QoS, Retain: received.Retain}
	p := received.Properties
	if p == nil {
		return m
	}
	m.MessageExpiry = p.MessageExpiry
	m.ResponseTopic = p.ResponseTopic
	m.Correlation = string(p.CorrelationData)
	m.ContentType = p.ContentType
	for _, pair := range p.User {
		m.UserProperties = append(m.UserProperties, [2]string{pair.Key, pair.Value})
	}
	if p.SubscriptionIdentifier != nil {
		m.SubscriptionIdentifiers = []int{*p.SubscriptionIdentifier}
	}
	return m
}
