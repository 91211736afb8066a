package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"os"

	"github.com/eclipse/paho.golang/packets"
	"github.com/eclipse/paho.golang/paho"
	"github.com/eclipse/paho.golang/paho/session/state"
)

// command is every command at once; each action reads what belongs to it.
type command struct {
	message
	ID                     int    `json:"id"`
	Action                 string `json:"action"`
	Client                 string `json:"client"`
	Host                   string `json:"host"`
	Port                   int    `json:"port"`
	ClientID               string `json:"clientId"`
	Clean                  bool   `json:"clean"`
	SessionExpiry          uint32 `json:"sessionExpiry"`
	Will                   *will  `json:"will"`
	User                   *user  `json:"user"`
	TLS                    *trust `json:"tls"`
	Filter                 string `json:"filter"`
	SubscriptionIdentifier *int   `json:"subscriptionIdentifier"`
}

type will struct {
	Topic   string  `json:"topic"`
	Payload string  `json:"payload"`
	QoS     byte    `json:"qos"`
	Delay   *uint32 `json:"delay"`
}

type user struct {
	Name     string `json:"name"`
	Password string `json:"password"`
}

// trust holds paths of PEM files; without a certificate the client shows none.
type trust struct {
	Authority   string `json:"authority"`
	Certificate string `json:"certificate"`
	Key         string `json:"key"`
}

// desk knows the clients by the name that a command gives them, and the sessions by client id.
type desk struct {
	out      *speaker
	clients  map[string]*paho.Client
	sessions map[string]*state.State
}

func newDesk(out *speaker) *desk {
	return &desk{out: out, clients: map[string]*paho.Client{}, sessions: map[string]*state.State{}}
}

func (d *desk) carryOut(c command) (answer, error) {
	switch c.Action {
	case "connect":
		return d.connect(c)
	case "subscribe":
		return d.subscribe(c)
	case "publish":
		return d.publish(c)
	case "disconnect":
		return answer{}, d.clients[c.Client].Disconnect(&paho.Disconnect{})
	}
	return answer{}, fmt.Errorf("no such action: %s", c.Action)
}

func (d *desk) connect(c command) (answer, error) {
	connection, err := dial(c)
	if err != nil {
		return answer{}, err
	}
	client := paho.NewClient(paho.ClientConfig{
		Conn:    connection,
		Session: d.session(c.ClientID),
		OnPublishReceived: []func(paho.PublishReceived) (bool, error){func(received paho.PublishReceived) (bool, error) {
			d.out.say(news{Event: "message", Client: c.Client, Message: messageOf(received.Packet)})
			return true, nil
		}},
	})
	acknowledged, err := client.Connect(context.Background(), connectPacket(c))
	if acknowledged != nil && acknowledged.ReasonCode >= 0x80 {
		return answer{Refused: &acknowledged.ReasonCode}, nil
	}
	if err != nil {
		return answer{}, err
	}
	d.clients[c.Client] = client
	go func() {
		<-client.Done()
		d.out.say(news{Event: "closed", Client: c.Client})
	}()
	return answer{SessionPresent: acknowledged.SessionPresent}, nil
}

func (d *desk) subscribe(c command) (answer, error) {
	acknowledged, err := d.clients[c.Client].Subscribe(context.Background(), &paho.Subscribe{
		Properties:    &paho.SubscribeProperties{SubscriptionIdentifier: c.SubscriptionIdentifier},
		Subscriptions: []paho.SubscribeOptions{{Topic: c.Filter, QoS: c.QoS}},
	})
	// The library calls a refusal an error, but hands over what the broker said.
	if acknowledged != nil {
		return answer{Reason: acknowledged.Reasons[0]}, nil
	}
	return answer{}, err
}

func (d *desk) publish(c command) (answer, error) {
	acknowledged, err := d.clients[c.Client].Publish(context.Background(), c.message.publish())
	if acknowledged != nil {
		return answer{Reason: acknowledged.ReasonCode}, nil
	}
	return answer{}, err
}

// session is what the client side of a session remembers from one connection to the next.
func (d *desk) session(clientID string) *state.State {
	if d.sessions[clientID] == nil {
		d.sessions[clientID] = state.NewInMemory()
	}
	return d.sessions[clientID]
}

func connectPacket(c command) *paho.Connect {
	packet := &paho.Connect{
		ClientID:   c.ClientID,
		CleanStart: c.Clean,
		KeepAlive:  60,
		Properties: &paho.ConnectProperties{SessionExpiryInterval: &c.SessionExpiry},
	}
	if c.User != nil {
		packet.UsernameFlag, packet.Username = true, c.User.Name
		packet.PasswordFlag, packet.Password = true, []byte(c.User.Password)
	}
	if c.Will != nil {
		packet.WillMessage = &paho.WillMessage{Topic: c.Will.Topic, Payload: []byte(c.Will.Payload), QoS: c.Will.QoS}
		packet.WillProperties = &paho.WillProperties{WillDelayInterval: c.Will.Delay}
	}
	return packet
}

func dial(c command) (net.Conn, error) {
	address := net.JoinHostPort(c.Host, fmt.Sprint(c.Port))
	if c.TLS == nil {
		return net.Dial("tcp", address)
	}
	authority, err := os.ReadFile(c.TLS.Authority)
	if err != nil {
		return nil, err
	}
	config := &tls.Config{ServerName: c.Host, RootCAs: x509.NewCertPool()}
	config.RootCAs.AppendCertsFromPEM(authority)
	if c.TLS.Certificate != "" {
		identity, err := tls.LoadX509KeyPair(c.TLS.Certificate, c.TLS.Key)
		if err != nil {
			return nil, err
		}
		config.Certificates = []tls.Certificate{identity}
	}
	connection, err := tls.Dial("tcp", address, config)
	if err != nil {
		return nil, err
	}
	return packets.NewThreadSafeConn(connection), nil
}
