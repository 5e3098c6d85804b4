// Oracle answers with the libraries that Kubernetes and Velero themselves read their text with.
//
// It reads one JSON question a line and writes one JSON answer a line, in the same order. A text that the library
// refuses is answered with its error; a question that is malformed ends the program.
package main

import (
	"encoding/json"
	"fmt"
	"log"
	"os"
	"time"
	_ "time/tzdata"

	velerocron "github.com/netresearch/go-cron"
	kubecron "github.com/robfig/cron/v3"
	"k8s.io/apimachinery/pkg/api/resource"
	"sigs.k8s.io/yaml"
)

type question struct {
	Op    string    `json:"op"`
	Lib   string    `json:"lib"`
	Expr  string    `json:"expr"`
	TZ    string    `json:"tz"`
	From  time.Time `json:"from"`
	Count int       `json:"count"`
	Value string    `json:"value"`
	Text  string    `json:"text"`
}

type answer = map[string]any

type schedule interface{ Next(time.Time) time.Time }

// parse reads an expression as its consumer does: the CronJob controller prefixes the object's timeZone, Velero has
// no such field and runs in its process's zone. Both libraries panic on some texts, and both consumers survive it.
func parse(q question, zone *time.Location) (s schedule, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	switch q.Lib {
	case "robfig":
		if q.TZ != "" {
			return kubecron.ParseStandard("TZ=" + zone.String() + " " + q.Expr)
		}
		return kubecron.ParseStandard(q.Expr)
	case "gocron":
		return velerocron.ParseStandard(q.Expr)
	}
	return nil, fmt.Errorf("unknown lib %q", q.Lib)
}

// cron lists the next starts; fewer than count when the library finds no more.
func cron(q question) (answer, error) {
	zone, err := time.LoadLocation(q.TZ) // an empty name is UTC
	if err != nil {
		return nil, err
	}
	s, err := parse(q, zone)
	if err != nil {
		return nil, err
	}
	times := []string{}
	for t := s.Next(q.From.In(zone)); len(times) < q.Count && !t.IsZero(); t = s.Next(t) {
		times = append(times, t.Format(time.RFC3339))
	}
	return answer{"times": times}, nil
}

func quantity(q question) (answer, error) {
	value, err := resource.ParseQuantity(q.Value)
	if err != nil {
		return nil, err
	}
	return answer{"canonical": value.String(), "milli": value.MilliValue(), "decimal": value.AsDec().String()}, nil
}

func duration(q question) (answer, error) {
	value, err := time.ParseDuration(q.Value)
	if err != nil {
		return nil, err
	}
	return answer{"nanoseconds": value.Nanoseconds()}, nil
}

func document(q question) (answer, error) {
	text, err := yaml.YAMLToJSON([]byte(q.Text))
	if err != nil {
		return nil, err
	}
	return answer{"json": json.RawMessage(text)}, nil
}

var operations = map[string]func(question) (answer, error){
	"cron":     cron,
	"quantity": quantity,
	"duration": duration,
	"yaml":     document,
}

func main() {
	answers := json.NewEncoder(os.Stdout)
	for questions := json.NewDecoder(os.Stdin); questions.More(); {
		var q question
		if err := questions.Decode(&q); err != nil {
			log.Fatalf("malformed question: %v", err)
		}
		operation, known := operations[q.Op]
		if !known {
			log.Fatalf("unknown op %q", q.Op)
		}
		result, err := operation(q)
		if err != nil {
			result = answer{"error": err.Error()}
		}
		if err := answers.Encode(result); err != nil {
			log.Fatal(err)
		}
	}
}
