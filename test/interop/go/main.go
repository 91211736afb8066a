// The program that carries out commands with paho.golang: one JSON object a line on stdin, answers and news on
// stdout. The shapes are those of talking-program.ts.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
)

// answer is what a command came to.
type answer struct {
	ID             int    `json:"id"`
	Reason         byte   `json:"reason"`
	SessionPresent bool   `json:"sessionPresent"`
	Refused        *byte  `json:"refused,omitempty"`
	Error          string `json:"error,omitempty"`
}

// news is what happens to a client unasked.
type news struct {
	Event   string   `json:"event"`
	Client  string   `json:"client"`
	Message *message `json:"message,omitempty"`
}

// speaker writes whole lines, whoever speaks.
type speaker struct {
	mutex   sync.Mutex
	encoder *json.Encoder
}

func (s *speaker) say(told any) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if err := s.encoder.Encode(told); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
}

// Commands are carried out one after the other: paho.golang waits for the answer to each publish, and publishes that
// are to keep their order cannot wait side by side.
func main() {
	out := &speaker{encoder: json.NewEncoder(os.Stdout)}
	desk := newDesk(out)
	in := bufio.NewReader(os.Stdin)
	for {
		line, err := in.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return
		}
		var c command
		if err := json.Unmarshal(line, &c); err != nil {
			out.say(answer{ID: c.ID, Error: err.Error()})
			continue
		}
		told, err := desk.carryOut(c)
		told.ID = c.ID
		if err != nil {
			told.Error = err.Error()
		}
		out.say(told)
	}
}
